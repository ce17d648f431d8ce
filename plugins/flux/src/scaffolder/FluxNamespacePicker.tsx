import { FieldExtensionComponentProps } from '@backstage/plugin-scaffolder-react';
import { TextField } from '@backstage/ui';
import { useEffect, useRef } from 'react';
import { useFluxTranslation } from '../lib';
import { Field, FieldStatus } from './Field';
import { formOf, formText, inputProps } from './fieldProps';
import { checkStates, isRefused, neededNamespaces } from './namespaces';
import { namespaceText } from './namespaceText';
import { useNamespaceChecks } from './useNamespaceChecks';

/**
 * Form field whose value is the name of a namespace that the form's `cluster` doesn't have yet. Empty, it
 * means the form's `name`.
 */
export function FluxNamespacePicker(
  props: FieldExtensionComponentProps<string>,
) {
  const t = useFluxTranslation();
  const { formData: value, onChange } = props;
  const form = formOf(props);
  const cluster = formText(form, 'cluster') ?? '';
  const names = neededNamespaces(value, form);
  const checks = useNamespaceChecks(cluster, names);
  const said = props.rawErrors ?? [];
  const lines = checks
    .map(check => ({
      key: check.name,
      state: checkStates[check.state],
      text: namespaceText(check, cluster, t),
    }))
    .filter(({ text }) => !said.includes(text));
  const input = inputProps(props, { label: t('namespacePicker.label') });

  // Forms validate only what has been set, and an empty field means a name that may be taken too
  const untouched = useRef(value === undefined);
  const refused = checks.some(isRefused);
  useEffect(() => {
    if (refused && untouched.current) {
      untouched.current = false;
      onChange(value);
    }
  }, [refused, value, onChange]);

  return (
    <Field>
      <TextField
        {...input}
        description={input.description ?? t('namespacePicker.description')}
        placeholder={formText(form, 'name')}
        autoComplete="off"
        spellCheck="false"
        value={value ?? ''}
        onChange={text => onChange(text.trim() || undefined)}
      />
      <FieldStatus
        lines={cluster ? lines : [{ text: t('namespacePicker.noCluster') }]}
      />
    </Field>
  );
}
