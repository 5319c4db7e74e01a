import type { HistoryEvent } from '../../../statemachine/execution-events';
import type { Reply } from '../wire/service';

type Details = Readonly<Record<string, unknown>>;

const isData = (name: string): boolean => name === 'input' || name === 'output';

/** Variables are execution data as well. AWS adds details that say whether they are truncated. */
const ofVariables = ['assignedVariables', 'assignedVariablesDetails'];

/** AWS adds details to each input and output that say whether it is truncated. */
const withTruncation = (details: Details): Details =>
  Object.fromEntries(
    Object.entries(details).flatMap((entry) => {
      const [name] = entry;
      return isData(name) ? [entry, [`${name}Details`, { truncated: false }]] : [entry];
    }),
  );

const withoutData = (details: Details): Details =>
  Object.fromEntries(Object.entries(details).filter(([name]) => !isData(name) && !ofVariables.includes(name)));

/** An event as GetExecutionHistory sends it, with its time in epoch seconds. */
export const asWireEvent = ({ timestamp, ...event }: HistoryEvent, includeData: boolean): Reply => ({
  timestamp: timestamp / 1000,
  ...Object.fromEntries(
    Object.entries(event).map(([name, value]) => [
      name,
      typeof value === 'object' ? (includeData ? withTruncation : withoutData)(value as Details) : value,
    ]),
  ),
});
