/** What a cell uses. The runner, the kernel and JupyterLab's launcher are the command line's, and imported from their files. */
export { show, liveChart, type LiveChart, type LiveChartOptions } from "./show.js";
export type { BundleOptions, Displayable, FigureLike, RichText, Showable } from "./bundle.js";
export type { TableLike } from "./table.js";
export { interruptible } from "./interruptible.js";
export { params, here, type ParamsOptions } from "./params.js";
export { progress } from "./cell-progress.js";
export { progressReporter, describeProgress, type ProgressReporter, type ProgressReporterOptions } from "./progress.js";
export {
  report,
  type Claim,
  type Conclusion,
  type Headline,
  type Report,
  type ReportFigure,
  type ReportOptions,
} from "./report.js";
export { languageName, study, type Study, type StudyOptions, type StudySettings } from "./study.js";
export { sweep, type CellSweepOptions } from "./sweep.js";
export { inTurn } from "./in-turn.js";
