import { FieldExtensionComponentProps } from '@backstage/plugin-scaffolder-react';

/** All that is filled in so far, on all pages. */
export type FormValues = Record<string, unknown>;

type Props = FieldExtensionComponentProps<string>;

/** What all inputs of a form take from the template. */
export function inputProps(props: Props, defaults: { label: string }) {
  const { schema, uiSchema, required, rawErrors, disabled, readonly } = props;
  const isInvalid = Boolean(rawErrors?.length);
  return {
    label: uiSchema['ui:title'] ?? schema.title ?? defaults.label,
    description: uiSchema['ui:description'] ?? schema.description,
    isRequired: required,
    isInvalid,
    // Else the browser holds back a form whose last errors are shown, and they are never looked at again
    validationBehavior: 'aria' as const,
    // Where the form says what is wrong
    'aria-describedby': isInvalid ? `${props.idSchema.$id}__error` : undefined,
    isDisabled: disabled || readonly,
  };
}

/** The text of another field of the form; undefined when it is empty. */
export function formText(
  form: FormValues | undefined,
  name: string,
): string | undefined {
  const value = form?.[name];
  return typeof value === 'string' && value ? value : undefined;
}

/** The form that a field is in. */
export function formOf(props: Props): FormValues | undefined {
  return props.formContext?.formData;
}
