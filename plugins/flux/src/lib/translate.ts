import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { fluxTranslationRef } from '../translation';

/** Reads the plugin's texts. */
export type TranslationFunction = ReturnType<typeof useFluxTranslation>;

/** The plugin's texts in the reader's language. */
export function useFluxTranslation() {
  return useTranslationRef(fluxTranslationRef).t;
}
