import { FluxClusterInfo } from '@backstage-flux/plugin-flux-common';
import { FieldExtensionComponentProps } from '@backstage/plugin-scaffolder-react';
import { Select, Skeleton } from '@backstage/ui';
import { RiRefreshLine } from '@remixicon/react';
import { GuardedButton, Notice, tokens } from '../components/common';
import { errorText, TranslationFunction, useFluxTranslation } from '../lib';
import { useFluxClusters } from '../store';
import styles from './FluxClusterPicker.module.css';

/** Form field whose value is the name of a cluster that Backstage is configured with. */
export function FluxClusterPicker(props: FieldExtensionComponentProps<string>) {
  const t = useFluxTranslation();
  const { clusters, error, loading, retry } = useFluxClusters();
  const { schema, formData, onChange, required, rawErrors, uiSchema } = props;
  const label = uiSchema['ui:title'] ?? schema.title ?? t('picker.label');
  const description = uiSchema['ui:description'] ?? schema.description;
  const invalid = Boolean(rawErrors?.length);

  return (
    <div className={`${tokens.tokens} ${styles.field}`}>
      {loading && (
        <div role="status" aria-label={t('picker.loading')}>
          <Skeleton width="100%" height={56} />
        </div>
      )}
      {error && (
        <Notice state="failing">
          <p>{t('picker.error', { message: errorText(error) })}</p>
          <GuardedButton
            iconStart={<RiRefreshLine size={16} />}
            onPress={retry}
          >
            {t('error.again')}
          </GuardedButton>
        </Notice>
      )}
      {clusters?.length === 0 && (
        <Notice state="waiting">{t('picker.empty')}</Notice>
      )}
      {clusters && clusters.length > 0 && (
        <Select
          label={label}
          description={description}
          placeholder={t('picker.placeholder')}
          isRequired={required}
          isInvalid={invalid}
          isDisabled={props.disabled || props.readonly}
          options={clusters.map(each => ({
            value: each.name,
            label: optionLabel(each, t),
          }))}
          value={formData ?? null}
          onChange={key => onChange(key === null ? undefined : String(key))}
        />
      )}
      {invalid && (
        <p role="alert" className={`${tokens.bad} ${styles.error}`}>
          {rawErrors!.join(' ')}
        </p>
      )}
    </div>
  );
}

function optionLabel(
  { name, title, connection }: FluxClusterInfo,
  t: TranslationFunction,
): string {
  const words = title && title !== name ? `${title} (${name})` : name;
  switch (connection.state) {
    case 'down':
    case 'stale':
      return `${words} · ${t('picker.unreachable')}`;
    case 'syncing':
      return `${words} · ${t('picker.syncing')}`;
    default:
      return words;
  }
}
