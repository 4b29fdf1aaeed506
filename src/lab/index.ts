/** What a cell uses. The runner, the kernel and JupyterLab's launcher are the command line's, and imported from their files. */
export { show, liveChart, type LiveChart, type LiveChartOptions, type ShowOptions } from "./cell/show.js";
export type { Displayable, Row, Showable } from "./cell/bundle.js";
export type { RichText } from "./cell/rich-text.js";
export type { BundleOptions, FigureLike } from "./cell/figure-bundle.js";
export type { TableLike } from "./cell/table.js";
export { check, type Wanted } from "./cell/check.js";
export { ask, type AskOptions } from "./cell/ask.js";
export { interruptible } from "./cell/interruptible.js";
export { params, here, type ParamsOptions } from "./cell/params.js";
export { progress } from "./cell/cell-progress.js";
export {
  progressReporter,
  describeProgress,
  type ProgressReporter,
  type ProgressReporterOptions,
} from "./cell/progress.js";
export {
  report,
  type ComparedClaim,
  type Conclusion,
  type Report,
  type ReportFigure,
  type ReportOptions,
} from "./cell/report.js";
export type { Claim, Headline } from "./cell/report-state.js";
export { both, compare, listed, mostOf, percent, range, signed } from "./cell/sentences.js";
export type { CompareOptions, Comparison, MostOptions } from "./cell/sentences.js";
export { languageName, study, type Study, type StudyOptions, type StudySettings } from "./cell/study.js";
export { sweep, type CellSweepOptions } from "./cell/sweep.js";
export { inTurn } from "./cell/in-turn.js";
