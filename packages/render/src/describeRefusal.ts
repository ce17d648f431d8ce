interface Refusal {
  /** What the form’s schema says, in the words of the library jsonschema. */
  errors?: { property: string; message: string }[];
  error?: { message: string };
}

/** Whether a refusal is of a choice as a whole, which tells nothing of the fields that belong to it. */
export const isOfForm = ({ errors }: Refusal): boolean =>
  Boolean(errors?.some(({ property }) => property === 'instance'));

/** Says which fields of a form are wrong, a line each, or what a step said. */
export function describeRefusal({ errors, error }: Refusal): string {
  if (errors?.length) {
    return errors
      .map(({ property, message }) => {
        const field = property.replace(/^instance\.?/, '');
        return field ? `${field}: ${message}` : message;
      })
      .join('\n');
  }
  return error?.message ?? 'The scaffolder refused without saying why';
}
