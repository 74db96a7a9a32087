import { emptyRecord, type DeliveryFailure, type DeliveryRecord, type DeliveryState } from '../core/delivery-record.js';
import { AppError } from '../errors/app-error.js';
import { storeErrors } from '../errors/store-errors.js';
import type { AccountPaths } from './home.js';
import { readRecordFile, writeRecordFile, type RecordFile, type Warn } from './record-file.js';
import { isoTime, mapOf, nonEmptyString, number, object, optional, string, version1 } from './validate.js';

const fingerprint = string((text) => (/^[0-9a-f]{64}$/.test(text) ? undefined : 'is not a SHA-256 in hex'));

const deliveryRecord = object<DeliveryRecord>({
  version: version1,
  targets: mapOf(
    object<DeliveryState>({
      where: nonEmptyString,
      fingerprint: optional(fingerprint),
      deliveredAt: optional(isoTime),
      failure: optional(
        object<DeliveryFailure>({
          wanted: fingerprint,
          code: nonEmptyString,
          message: string(),
          attempts: number,
          since: isoTime,
          nextTryAt: isoTime,
        }),
      ),
    }),
  ),
  told: optional(object<NonNullable<DeliveryRecord['told']>>({ what: string(), at: isoTime })),
});

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
