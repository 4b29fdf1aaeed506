/** Tables in, Plotly figures out, and the same figures as SVG or as one offline page. */
export { lossCurves, type LossCurvesOptions, type LossRow } from "./loss-curves.js";
export { forgettingPlane, type ForgettingPlaneOptions, type PlanePoint } from "./forgetting-plane.js";
export { lawWithBand, type LawWithBandOptions } from "./law-with-band.js";
export { lawShares, type LawChoice, type LawSharesOptions } from "./law-shares.js";
export { lawResiduals, type LawResidualsOptions, type ResidualRow } from "./law-residuals.js";
export { lawProfile, type LawProfileOptions } from "./law-profile.js";
export { bootstrapCloud, type BootstrapCloudOptions } from "./bootstrap-cloud.js";
export { isoFlop, type IsoFlopOptions } from "./iso-flop.js";
export { simplexMap, type Mixture, type SimplexMapOptions } from "./simplex-map.js";
export { fertilityBars, type FertilityBarsOptions, type FertilityRow } from "./fertility-bars.js";
export { parityDots, type ParityDotsOptions, type ParityRow } from "./parity-dots.js";
export { segmentation, type SegmentationOptions, type SegmentationRow } from "./segmentation.js";
export { liveLoss, type LiveLossOptions } from "./live-loss.js";
export { bundle, figure } from "./figure.js";
export { svgOf, type SvgOptions } from "./svg/svg.js";
export { page, type PageFigure, type PageOptions } from "./page.js";
export type { Rows } from "./rows.js";
export type { Annotation, Axis, ErrorBars, Figure, Font, Layout, Marker, Shape, Trace } from "./types.js";
