import { TranslationFunction } from '../lib';
import { MAX_LENGTH, NamespaceCheck } from './namespaces';

/** What is known of a namespace, in a sentence. */
export function namespaceText(
  check: NamespaceCheck,
  cluster: string,
  t: TranslationFunction,
): string {
  const { name } = check;
  switch (check.state) {
    case 'unknown':
      return t('namespacePicker.unknown', { name, reason: check.reason });
    case 'tooLong':
      return t('namespacePicker.tooLong', { name, max: String(MAX_LENGTH) });
    default:
      return t(`namespacePicker.${check.state}`, { name, cluster });
  }
}
