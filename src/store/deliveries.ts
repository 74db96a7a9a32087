import { deliveryRecord, emptyRecord, type DeliveryRecord } from '../core/delivery-record.js';
import type { AccountPaths } from './home.js';
import { readUnlessDamaged, writeRecordFile, type RecordFile, type Warn } from './record-file.js';

const deliveriesFile = (paths: AccountPaths): RecordFile<DeliveryRecord> => ({
  path: paths.deliveries,
  schema: deliveryRecord,
  twice: false,
});

/** A missing or damaged record reads as empty: everything is then delivered once more, which is harmless. */
export async function readDeliveries(paths: AccountPaths, warn?: Warn): Promise<DeliveryRecord> {
  return (await readUnlessDamaged(deliveriesFile(paths), warn)) ?? emptyRecord;
}

export const writeDeliveries = (paths: AccountPaths, record: DeliveryRecord, warn?: Warn) =>
  writeRecordFile(deliveriesFile(paths), record, warn);
