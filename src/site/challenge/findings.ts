import type { Basis, PageLabel } from './labels.js';
import type { FrameScan } from './page-facts.js';
import type { Surface } from './surfaces.js';

/** One reason for a label. */
export interface Finding {
  readonly label: Exclude<PageLabel, 'none'>;
  readonly vendor: string;
  readonly basis: Exclude<Basis, 'none'>;
  readonly where: string;
  readonly evidence: string;
  /** In front of the page, so it counts even if the page behind it is ready. */
  readonly inFront: boolean;
  readonly selfResolving: boolean;
}

export interface Context {
  readonly frames: readonly FrameScan[];
  readonly surfaces: readonly Surface[];
  /** A step of the caller has just failed or hung, so even a control that looks optional counts. */
  readonly stepFailed: boolean;
}

export function whereOf(scan: FrameScan, role?: Surface['role']): string {
  return role === 'front' && scan.isMain ? 'dialog in the main frame' : scan.where;
}

/** A finding on a surface. `evidence` must not contain text of the page. */
export function found(
  label: Finding['label'],
  surface: Surface,
  basis: Finding['basis'],
  evidence: string,
  vendor = 'generic',
): Finding {
  return {
    label,
    vendor,
    basis,
    where: whereOf(surface.scan, surface.role),
    evidence,
    inFront: surface.role === 'front' || surface.role === 'notice',
    selfResolving: false,
  };
}
