/**
 * The graph that tracing builds: named values of known shape, joined by ONNX operators. It knows nothing of TensorFlow.js
 * and computes nothing; `onnx.ts` writes it as bytes.
 */
export type ValueType =
  "float32" | "float64" | "float16" | "bfloat16" | "int32" | "int64" | "bool" | "uint8" | "uint16";

/** ONNX's numbers for the types of elements (TensorProto.DataType). */
export const ELEMENT: Record<ValueType, number> = {
  float32: 1,
  float64: 11,
  float16: 10,
  bfloat16: 16,
  int32: 6,
  int64: 7,
  bool: 9,
  uint8: 2,
  uint16: 4,
};

export interface Value {
  name: string;
  shape: number[];
  dtype: ValueType;
  /** Set when every element is this number, so that a reader may use a scalar instead. */
  fill?: number;
  /** Set when this is `rows` added into zeros at `ids`, so that a sum may add them straight into its other term. */
  scattered?: { ids: Value; rows: Value };
  /** Set when this is the square of that, element by element, so that a sum may take both at once. */
  squareOf?: Value;
  /** Set when this is float32 of those codes, so that a reader or an output may take them as they are. */
  codes?: Value;
  /** Set when this is the same numbers in the same order, in another shape. */
  reshaped?: Value;
  /** Set when this is a list of such tensors, which only a model's output can be. */
  list?: boolean;
}

export type Attribute = number | string | number[] | { float: number };

export interface GraphNode {
  op: string;
  /** "" is standard ONNX, "com.microsoft" the operators that ONNX Runtime adds. */
  domain: string;
  inputs: string[];
  outputs: string[];
  attributes: Record<string, Attribute>;
  /** Of inputs that are there for their order alone: what each comes from. They stay where a later node wants that. */
  after?: Record<string, string>;
  /** Of a Scan: what it does with each row. */
  body?: Body;
}

/** Its nodes may read whatever was made before the node that it belongs to. */
export interface Body {
  inputs: Value[];
  nodes: GraphNode[];
  outputs: Value[];
}

export interface Constant extends Value {
  bytes: Uint8Array;
}

export interface NodeOptions {
  inputs: (Value | undefined)[];
  shape: number[];
  dtype?: ValueType;
  attributes?: Record<string, Attribute>;
  domain?: "" | "com.microsoft";
  after?: Record<string, string>;
  body?: Body;
}

export class Graph {
  readonly nodes: GraphNode[] = [];
  readonly inputs: Value[] = [];
  readonly constants = new Map<string, Constant>();
  /** What products of float32 matrices are made in now. */
  products: ValueType = "float32";
  private readonly byContent = new Map<string, Constant>();
  private readonly made: Value[] = [];
  private readonly narrowed = new Map<string, Value>();
  private readonly shapes = new Map<string, readonly number[]>();
  private count = 0;

  /** What `f` gives of each row of the inputs [rows, …], one row after another; row by row again. */
  scan(inputs: Value[], f: (rows: Value[]) => Value[]): Value[] {
    const rows = inputs.map(({ shape, dtype }) => ({ name: `t${this.count++}`, shape: shape.slice(1), dtype }));
    const from = this.nodes.length;
    const outputs = f(rows);
    const body = { inputs: rows, nodes: this.nodes.splice(from), outputs };
    const shapes = outputs.map(({ shape }) => [inputs[0]!.shape[0]!, ...shape]);
    return this.nodes_("Scan", { inputs, attributes: { num_scan_inputs: inputs.length }, body }, shapes);
  }

  /** Floats made by the nodes since the `from`-th that no node has read yet. */
  unread(from: number): Value[] {
    const since = new Set(this.nodes.slice(from).flatMap(({ outputs }) => outputs));
    const read = new Set(this.nodes.slice(from).flatMap(readBy));
    return this.made.filter(({ name, dtype }) => dtype === "float32" && since.has(name) && !read.has(name));
  }

  input(name: string, shape: number[], dtype: ValueType): Value {
    const value = { name, shape, dtype };
    this.inputs.push(value);
    this.shapes.set(name, shape);
    return value;
  }

  /** Of a value by its name. */
  shapeOf(name: string): readonly number[] | undefined {
    return this.shapes.get(name) ?? this.constants.get(name)?.shape;
  }

  /** One operator with one output; `dtype` defaults to the first input's. */
  node(op: string, options: NodeOptions): Value {
    return this.nodes_(op, options, [options.shape])[0]!;
  }

  /** One operator with several outputs, one for each shape; an `undefined` shape is an output nobody wants. */
  multi(op: string, options: Omit<NodeOptions, "shape">, shapes: (number[] | undefined)[]): (Value | undefined)[] {
    return this.nodes_(op, options, shapes);
  }

  /** A tensor known now. Equal small constants are stored once. */
  constant(values: ArrayLike<number>, shape: number[], dtype: ValueType): Value {
    const bytes = encode(values, dtype);
    const key = bytes.length <= 64 ? `${dtype}:${shape.join()}:${bytes.join()}` : undefined;
    const known = key === undefined ? undefined : this.byContent.get(key);
    if (known) return known;
    const constant: Constant = { name: `c${this.count++}`, shape, dtype, bytes };
    this.constants.set(constant.name, constant);
    if (key !== undefined) this.byContent.set(key, constant);
    return constant;
  }

  scalar(value: number, dtype: ValueType = "float32"): Value {
    return this.constant([value], [], dtype);
  }

  /** A tensor of one repeated number; built (expanded) only if something reads it as a tensor. */
  fill(value: number, shape: number[], dtype: ValueType): Value {
    if (shape.length === 0) return { ...this.scalar(value, dtype), fill: value };
    return {
      ...this.node("Expand", { inputs: [this.scalar(value, dtype), this.integers(shape)], shape, dtype }),
      fill: value,
    };
  }

  reshape(value: Value, shape: number[]): Value {
    if (`${shape}` === `${value.shape}`) return value;
    if (value.fill !== undefined) return this.fill(value.fill, shape, value.dtype);
    const reshaped = value.reshaped ?? value;
    return { ...this.node("Reshape", { inputs: [value, this.integers(shape)], shape }), reshaped };
  }

  transpose(value: Value, perm: number[]): Value {
    if (perm.every((axis, i) => axis === i)) return value;
    return this.node("Transpose", {
      inputs: [value],
      shape: perm.map((axis) => value.shape[axis]!),
      attributes: { perm },
    });
  }

  cast(value: Value, dtype: ValueType): Value {
    if (value.dtype === dtype) return value;
    return this.node("Cast", { inputs: [value], shape: value.shape, dtype, attributes: { to: ELEMENT[dtype] } });
  }

  /** A float32 value as products take it now; made once however many read it. */
  narrow(value: Value): Value {
    const known = this.narrowed.get(value.name) ?? this.cast(value, this.products);
    this.narrowed.set(value.name, known);
    return known;
  }

  /** The int64 vector that ONNX wants for shapes, axes and the like. */
  integers(values: number[]): Value {
    return this.constant(values, [values.length], "int64");
  }

  private nodes_(op: string, options: Omit<NodeOptions, "shape">, shapes: (number[] | undefined)[]): Value[] {
    const dtype = options.dtype ?? options.inputs[0]?.dtype ?? "float32";
    const outputs = shapes.map((shape) => ({ name: shape ? `t${this.count++}` : "", shape: shape ?? [], dtype }));
    this.nodes.push({
      op,
      domain: options.domain ?? "",
      inputs: options.inputs.map((value) => value?.name ?? ""),
      outputs: outputs.map((value) => value.name),
      attributes: options.attributes ?? {},
      ...(options.after && { after: options.after }),
      ...(options.body && { body: options.body }),
    });
    this.made.push(...outputs.filter(({ name }) => name !== ""));
    for (const { name, shape } of outputs) this.shapes.set(name, shape);
    return outputs;
  }
}

function encode(values: ArrayLike<number>, dtype: ValueType): Uint8Array {
  const typed =
    dtype === "float32"
      ? Float32Array.from(values)
      : dtype === "float64"
        ? Float64Array.from(values)
        : dtype === "int32"
          ? Int32Array.from(values)
          : dtype === "int64"
            ? BigInt64Array.from(Array.from(values, (value) => BigInt(value)))
            : Uint8Array.from(values);
  return new Uint8Array(typed.buffer);
}

/** The same numbers in the shape that they were made in. */
export const asMade = (value: Value): Value => value.reshaped ?? value;

/** Names that a node reads, and those that its body reads from around it. */
export function readBy({ inputs, body }: GraphNode): string[] {
  if (!body) return inputs;
  const own = new Set([...body.inputs.map(({ name }) => name), ...body.nodes.flatMap(({ outputs }) => outputs)]);
  return [...inputs, ...body.nodes.flatMap(readBy).filter((name) => !own.has(name))];
}

/** Drops the nodes, and the constants, that no output depends on. */
export function prune(graph: Graph, outputs: Value[]): { nodes: GraphNode[]; constants: Constant[] } {
  const wanted = new Set(outputs.map((value) => value.name));
  const nodes: GraphNode[] = [];
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some((name) => wanted.has(name))) continue;
    const { after = {} } = node;
    const inputs = node.inputs.filter((name) => after[name] === undefined || wanted.has(after[name]));
    nodes.push({ ...node, inputs });
    for (const name of readBy({ ...node, inputs })) wanted.add(name);
  }
  return { nodes: nodes.reverse(), constants: [...graph.constants.values()].filter(({ name }) => wanted.has(name)) };
}
