/**
 * A notebook that is opened while its kernel works gets what its cells have put out, and what they go on to. JupyterLab
 * itself drops what a kernel says while nobody has the notebook open; our kernel keeps it, by cell, and tells it here.
 */

type Content = Record<string, unknown>;
type Output = Record<string, unknown> & { output_type: string };

interface Message {
  header: { msg_type: string; date: string };
  parent_header: { msg_id?: string };
  content: Content;
}

/** What the kernel has of a cell. */
interface Kept {
  /** Of the request that runs it. */
  msg_id: string;
  /** The client's that asked for it. */
  session: string;
  state: "waiting" | "running" | "done";
  execution_count: number | null;
  /** As in a notebook's file; a display that can be updated has `transient.display_id`. */
  outputs: (Output & { transient?: { display_id?: string } })[];
}

interface Signal<T> {
  connect(slot: (sender: unknown, value: T) => void): void;
}

interface Kernel {
  clientId: string;
  username: string;
  info: Promise<{ implementation: string }>;
  iopubMessage: Signal<Message>;
  sendControlMessage(
    message: object,
    expectReply: boolean,
  ): { done: Promise<Message & { content: { cells?: Record<string, Kept> } }> };
}

/** What we use of a code cell's model. */
interface CellModel {
  id: string;
  type: string;
  trusted: boolean;
  executionState: string;
  executionCount: number | null;
  outputs: {
    length: number;
    clear(wait?: boolean): void;
    add(output: object): number;
    set(index: number, output: object): void;
  };
}

interface Panel {
  context: { ready: Promise<void> };
  sessionContext: { ready: Promise<void>; session: { kernel: Kernel | null } | null };
  content: { model: { cells: Iterable<CellModel> } | null };
}

export interface Notebooks {
  INotebookTracker: object;
}

export function outputsSoFar({ INotebookTracker }: Notebooks): object {
  return {
    id: "palimpsest:outputs-so-far",
    autoStart: true,
    requires: [INotebookTracker],
    activate: (_: unknown, tracker: { widgetAdded: Signal<Panel> }): void =>
      tracker.widgetAdded.connect((_, panel) => void opened(panel)),
  };
}

async function opened(panel: Panel): Promise<void> {
  await Promise.all([panel.context.ready, panel.sessionContext.ready]);
  const kernel = panel.sessionContext.session?.kernel;
  if (!kernel || (await kernel.info).implementation !== "palimpsest") return;
  // What arrives before the kernel has answered is in its answer, or comes after it.
  let early: Message[] | undefined = [];
  let take = (message: Message): void => void early?.push(message);
  kernel.iopubMessage.connect((_, message) => take(message));
  const asked = request(kernel, "palimpsest_outputs_request");
  const reply = await kernel.sendControlMessage(asked, true).done;
  const models = new Map([...(panel.content.model?.cells ?? [])].map((model) => [model.id, model]));
  const cells = new Map<string, Following>();
  const displays: Displays = new Map();
  for (const [id, kept] of Object.entries(reply.content.cells ?? {})) {
    const model = models.get(id);
    // What this page itself has begun meanwhile, it follows.
    if (model?.type === "code" && kept.session !== kernel.clientId)
      cells.set(kept.msg_id, following(kept, model, displays));
  }
  take = ({ header, parent_header: { msg_id = "" }, content }) => {
    if (header.msg_type === "update_display_data")
      for (const { model, index } of displays.get(displayOf(content) ?? "") ?? [])
        model.outputs.set(index, outputOf("display_data", content)!);
    else cells.get(msg_id)?.(header.msg_type, content);
  };
  for (const message of early.filter(({ header }) => header.date > reply.header.date)) take(message);
  early = undefined;
}

type Following = (type: string, content: Content) => void;
type Displays = Map<string, { model: CellModel; index: number }[]>;

/** Gives a cell what the kernel has of it; what comes next goes to the function that is returned. */
function following(kept: Kept, model: CellModel, displays: Displays): Following {
  const { outputs } = model;
  let count = kept.execution_count;
  const add = ({ transient, ...output }: Kept["outputs"][number]): void => {
    const index = outputs.add(output) - 1;
    const id = transient?.display_id;
    if (id !== undefined) displays.set(id, [...(displays.get(id) ?? []), { model, index }]);
  };
  // As where a cell is run: what it puts out is as trusted as what it may do.
  model.trusted = true;
  outputs.clear();
  kept.outputs.forEach(add);
  if (kept.state === "done") model.executionCount = count;
  else model.executionState = "running";
  return (type, content) => {
    if (type === "execute_input") count = content.execution_count as number;
    else if (type === "clear_output") outputs.clear(Boolean(content.wait));
    else if (type === "status" && content.execution_state === "idle") {
      model.executionCount = count;
      model.executionState = "idle";
    } else {
      const output = outputOf(type, content);
      if (output) add({ ...output, transient: { display_id: displayOf(content) } } as Kept["outputs"][number]);
    }
  };
}

const displayOf = (content: Content): string | undefined =>
  (content.transient as { display_id?: string } | undefined)?.display_id;

const kinds = new Set(["stream", "display_data", "execute_result", "error"]);

function outputOf(type: string, { transient: _, ...content }: Content): Output | undefined {
  return kinds.has(type) ? { ...content, output_type: type } : undefined;
}

/** A message that asks our kernel, by a channel that answers while it computes. */
export function request({ clientId: session, username }: Pick<Kernel, "clientId" | "username">, type: string): object {
  const header = {
    msg_id: `${session}-${type}-${Date.now()}`,
    msg_type: type,
    session,
    username,
    version: "5.3",
    date: new Date().toISOString(),
  };
  return { header, parent_header: {}, metadata: {}, content: {}, buffers: [], channel: "control" };
}
