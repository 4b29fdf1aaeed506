export { progressReporter, describeProgress, type ProgressReporter, type ProgressReporterOptions } from "./progress.js";
