import { deliveryRecord, emptyRecord, type DeliveryRecord } from '../core/delivery-record.js';
import { AppError } from '../errors/app-error.js';
import { storeErrors } from '../errors/store-errors.js';
import type { AccountPaths } from './home.js';
import { readRecordFile, writeRecordFile, type RecordFile, type Warn } from './record-file.js';

const deliveriesFile = (paths: AccountPaths): RecordFile<DeliveryRecord> => ({
  path: paths.deliveries,
  schema: deliveryRecord,
  twice: false,
});

/** A missing or damaged record reads as empty: everything is then delivered once more, which is harmless. */
export async function readDeliveries(paths: AccountPaths, warn: Warn = () => undefined): Promise<DeliveryRecord> {
  try {
    return (await readRecordFile(deliveriesFile(paths), warn)) ?? emptyRecord;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== storeErrors.damaged.code) throw error;
    warn(error.message);
    return emptyRecord;
  }
}

export async function writeDeliveries(paths: AccountPaths, record: DeliveryRecord, warn?: Warn): Promise<void> {
  await writeRecordFile(deliveriesFile(paths), record, warn);
}
