import {
  useTranslationRef,
  type TranslationFunction as Translate,
} from '@backstage/frontend-plugin-api';
import { fluxTranslationRef } from '../translation';

/** Reads the plugin's texts. */
export type TranslationFunction = Translate<typeof fluxTranslationRef.T>;

/** The plugin's texts in the reader's language. */
export function useFluxTranslation(): TranslationFunction {
  return useTranslationRef(fluxTranslationRef).t;
}
