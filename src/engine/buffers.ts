/**
 * Who owns a tensor's buffer on a device. ONNX Runtime takes buffers from the session that wrote them, and the process ends
 * if one is freed or read after that session: so a session is kept here, and released only after its last buffer.
 */
import type * as ort from "onnxruntime-node";

export interface Owner {
  /** From now on the tensor's buffer counts against the session. */
  adopt(tensor: ort.Tensor): void;
  /** Ends the session, at once or when its last buffer is dropped. */
  release(): Promise<void>;
}

interface Held {
  session: ort.InferenceSession;
  buffers: number;
  released: boolean;
}
const owners = new WeakMap<ort.Tensor, Held>();
/** Also keeps the garbage collector from finalising a session before its buffers. */
const holding = new Set<Held>();

export function ownerOf(session: ort.InferenceSession): Owner {
  const held: Held = { session, buffers: 0, released: false };
  return {
    adopt(tensor) {
      owners.set(tensor, held);
      holding.add(held);
      held.buffers++;
    },
    async release() {
      held.released = true;
      if (held.buffers === 0) await session.release();
    },
  };
}

/** Frees a tensor that no one will use again, on whichever side it lives. */
export function drop(tensor: ort.Tensor): void {
  const held = owners.get(tensor);
  owners.delete(tensor);
  tensor.dispose();
  if (!held || --held.buffers > 0) return;
  holding.delete(held);
  if (held.released) void held.session.release();
}
