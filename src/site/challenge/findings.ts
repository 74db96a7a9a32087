import type { Basis, PageLabel } from './labels.js';
import type { FrameScan } from './page-facts.js';
import type { Surface } from './surfaces.js';

/** One reason for one label. */
export interface Finding {
  readonly label: Exclude<PageLabel, 'none'>;
  readonly vendor: string;
  readonly basis: Exclude<Basis, 'none'>;
  readonly where: string;
  readonly evidence: string;
  /** Stands in front of the page, so a ready page behind it is no excuse. */
  readonly inFront: boolean;
  readonly selfResolving: boolean;
}

export interface Context {
  readonly frames: readonly FrameScan[];
  readonly surfaces: readonly Surface[];
  /** A step of the caller failed or hung just now, so even a control that looks optional is in the way. */
  readonly stepFailed: boolean;
}

export function whereOf(scan: FrameScan, role?: Surface['role']): string {
  return role === 'front' && scan.isMain ? 'dialog in the main frame' : scan.where;
}

/** A finding on a surface; by what it rests on and what was seen there, never with the page's own text. */
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
