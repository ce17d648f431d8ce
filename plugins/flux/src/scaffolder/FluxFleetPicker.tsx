import { FieldExtensionComponentProps } from '@backstage/plugin-scaffolder-react';
import { Combobox } from '@backstage/ui';
import { errorText, TranslationFunction, useFluxTranslation } from '../lib';
import { Field, FieldStatus } from './Field';
import { formOf, formText, inputProps } from './fieldProps';
import {
  FleetRepositories,
  useFleetRepositories,
} from './useFleetRepositories';

/**
 * Form field whose value is the fleet repository of the form's `cluster`, as `owner/name` where the
 * catalog knows it, or what somebody types.
 */
export function FluxFleetPicker(props: FieldExtensionComponentProps<string>) {
  const t = useFluxTranslation();
  const { formData: value = '', onChange } = props;
  const form = formOf(props);
  const cluster = formText(form, 'cluster');
  const fleet = useFleetRepositories(cluster);
  const repository = cluster ? `fleet-${cluster}` : t('fleetPicker.anyCluster');
  const input = inputProps(props, { label: t('fleetPicker.label') });
  const owner = formText(form, 'repoOwner');

  return (
    <Field>
      <Combobox
        {...input}
        description={
          input.description ?? t('fleetPicker.description', { repository })
        }
        placeholder={owner ? `${owner}/${repository}` : repository}
        allowsCustomValue
        // An empty list isn't worth opening
        menuTrigger={fleet.repositories?.length ? 'focus' : 'manual'}
        options={(fleet.repositories ?? []).map(each => ({
          id: each,
          label: each,
        }))}
        search={{
          inputValue: value,
          onInputChange: text => {
            if (text !== value) {
              onChange(text.trim() || undefined);
            }
          },
          // They are few, and what is typed needn't be among them
          filter: () => true,
        }}
      />
      {cluster && (
        <FieldStatus lines={[{ text: describe(fleet, cluster, t) }]} />
      )}
    </Field>
  );
}

function describe(
  { repositories, error }: FleetRepositories,
  cluster: string,
  t: TranslationFunction,
): string {
  if (error) {
    return t('fleetPicker.error', { message: errorText(error) });
  }
  if (!repositories) {
    return t('fleetPicker.loading', { cluster });
  }
  return repositories.length
    ? t('fleetPicker.found', { cluster, repositories: repositories.join(', ') })
    : t('fleetPicker.none', { cluster });
}
