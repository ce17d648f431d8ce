import { FieldExtensionComponentProps } from '@backstage/plugin-scaffolder-react';
import { Select, Skeleton } from '@backstage/ui';
import { RiRefreshLine } from '@remixicon/react';
import { GuardedButton, Notice } from '../components/common';
import { errorText, useFluxTranslation, useNow } from '../lib';
import { useFluxClusters } from '../store';
import { clusterOption } from './clusterOption';
import { Field } from './Field';
import { inputProps } from './fieldProps';

/** Form field whose value is the name of a cluster that Backstage is configured with. */
export function FluxClusterPicker(props: FieldExtensionComponentProps<string>) {
  const t = useFluxTranslation();
  const now = useNow();
  const { clusters, error, loading, retry } = useFluxClusters();
  const { formData: value, onChange } = props;

  return (
    <Field>
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
          {...inputProps(props, { label: t('picker.label') })}
          placeholder={t('picker.placeholder')}
          options={clusters.map(each => clusterOption(each, { value, now, t }))}
          value={value ?? null}
          onChange={key => onChange(key === null ? undefined : String(key))}
        />
      )}
    </Field>
  );
}
