/** What the files of the picture share: a panel with its axes, and the box that it fills. */
import type { Axis } from "../types.js";
import type { Placed } from "./marks.js";
import type { Scale } from "./scale.js";

export interface Panel {
  xName: string;
  yName: string;
  xAxis: Axis;
  yAxis: Axis;
  x: Scale;
  y: Scale;
  traces: Placed[];
}

export interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}
