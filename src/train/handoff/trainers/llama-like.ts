/** config.json of Llama and its like, for trainers that build the model from its fields rather than through transformers. */

export type Config = Record<string, unknown>;

/** Rotary positions in either spelling; the rest of the fields are the scaling's own. */
export function ropeOf(config: Config): { type: string; theta: number } & Config {
  const {
    rope_type: type,
    type: older,
    ...scaling
  } = {
    ...(config.rope_parameters as Config | undefined),
    ...(config.rope_scaling as Config | null | undefined),
  };
  const theta = (config.rope_theta ?? scaling.rope_theta ?? 10000) as number;
  return { ...scaling, type: (type ?? older ?? "default") as string, theta };
}

/** The first field that such a model does not have, and what it has; `ropes` are the kinds of scaling that the trainer knows. */
export function inTheWay(config: Config, ropes: readonly string[]): readonly [field: string, fix: string] | undefined {
  const { type, partial_rotary_factor: part = 1 } = ropeOf(config);
  const window = config.use_sliding_window === false ? null : (config.sliding_window ?? null);
  const asked: Record<string, [fits: boolean, fix: string]> = {
    hidden_act: [(config.hidden_act ?? "silu") === "silu", "this trainer's is silu"],
    attention_bias: [config.attention_bias !== true || config.model_type === "qwen2", "this trainer has none"],
    mlp_bias: [config.mlp_bias !== true, "this trainer has none"],
    sliding_window: [window === null, "this trainer is told of none"],
    rope_scaling: [ropes.includes(type), `this trainer is told of ${ropes.join(", ")}`],
    partial_rotary_factor: [(config.partial_rotary_factor ?? part) === 1, "this trainer turns whole heads"],
  };
  const found = Object.entries(asked).find(([, [fits]]) => !fits);
  return found && [found[0], found[1][1]];
}
