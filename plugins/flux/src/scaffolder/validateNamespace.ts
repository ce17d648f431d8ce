import { ApiHolder, translationApiRef } from '@backstage/frontend-plugin-api';
import { CustomFieldValidator } from '@backstage/plugin-scaffolder-react';
import { fluxApiRef } from '../api';
import { TranslationFunction } from '../lib';
import { fluxTranslationRef } from '../translation';
import { formText } from './fieldProps';
import { checkNamespace, isRefused, neededNamespaces } from './namespaces';
import { namespaceText } from './namespaceText';

/** A form that doesn't go on is worse than a name that the template's first step refuses. */
const PATIENCE_MS = 10_000;

/** Refuses names that are taken. What can't be asked now, `flux:enrolment:check` asks before anything is made. */
export const validateNamespace: CustomFieldValidator<
  string | undefined
> = async (value, field, { apiHolder, formData }) => {
  const api = apiHolder.get(fluxApiRef);
  const cluster = formText(formData, 'cluster');
  if (!api || !cluster) {
    return;
  }
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const checks = await Promise.all(
    neededNamespaces(value, formData).map(name =>
      checkNamespace(api, cluster, name, signal),
    ),
  );
  const refused = checks.filter(isRefused);
  if (refused.length) {
    const t = await translate(apiHolder);
    refused.forEach(check => field.addError(namespaceText(check, cluster, t)));
  }
};

/** Outside components, where texts may still be on their way. */
async function translate(apis: ApiHolder): Promise<TranslationFunction> {
  const translations = apis.get(translationApiRef)!;
  const now = translations.getTranslation(fluxTranslationRef);
  if (now.ready) {
    return now.t;
  }
  return new Promise(resolve => {
    const subscription = translations
      .translation$(fluxTranslationRef)
      .subscribe(snapshot => {
        if (snapshot.ready) {
          subscription.unsubscribe();
          resolve(snapshot.t);
        }
      });
  });
}
