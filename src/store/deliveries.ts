import { deliveryRecord, emptyRecord } from '../core/delivery-record.js';
import type { AccountPaths } from './home.js';
import { recordAt, type Warn } from './record-file.js';

const { read, write } = recordAt(deliveryRecord, (paths: AccountPaths) => paths.deliveries);

/** A missing or damaged record reads as empty: everything is then delivered once more, which is harmless. */
export const readDeliveries = async (paths: AccountPaths, warn?: Warn) => (await read(paths, warn)) ?? emptyRecord;

export const writeDeliveries = write;
