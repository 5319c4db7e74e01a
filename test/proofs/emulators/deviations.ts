import type { Deviations } from '../../conformance/rules';

const taken = 'it is taken';

/** What both of them take from a publisher, and SNS does not. */
const unchecked: Deviations = {
  'an empty message is refused': taken,
  'a subject of 99 characters is taken, a longer or an empty one refused': 'any subject is taken',
  'a subject with a control character is refused: "two\\nlines"': taken,
  'a subject with a control character is refused: "a\\ttab"': taken,
  'a subject with a control character is refused: "a bell\\u0007"': taken,
  'a message for each protocol needs JSON': 'any message is taken',
  'a message for each protocol needs a default text': 'one without is taken',
  'an e-mail subscription waits for its confirmation': 'it is confirmed at once',
  'a protocol that SNS does not know is refused': taken,
};

/** The same for Secrets Manager. */
const uncheckedSecrets: Deviations = {
  'a name with other characters than AWS allows is refused': taken,
  'text and bytes together are refused': 'both are taken',
  '65,536 bytes are taken, one more is refused': 'any number is taken',
  'the limit is one of bytes, not of characters': 'there is no limit',
  'a label of 256 characters is taken, a longer one refused': 'any length is taken',
  'an empty list of labels is refused': taken,
  'more than 20 labels are refused': 'any number is taken',
  'the same id with another value is refused and changes nothing': 'the value is overwritten',
  'the same id and value again succeeds and moves no label': 'the labels are moved',
  'AWSCURRENT cannot be removed': 'it is taken off',
  'without labels it removes AWSPENDING from the version that loses AWSCURRENT': 'AWSPENDING stays',
  'its name cannot be used again': 'refused, under another code',
};

/**
 * Where the pinned emulators break rules of Secrets Manager and SNS that AWS keeps. Ours are never loosened to suit
 * them.
 */
export const deviations: Readonly<
  Record<'MiniStack' | 'moto', { readonly secretsManager: Deviations; readonly sns: Deviations }>
> = {
  MiniStack: {
    secretsManager: {
      ...uncheckedSecrets,
      'a secret without a value has no version': 'it has one, labelled AWSCURRENT',
      'the first version gets AWSCURRENT whatever the labels say': 'there is one before it',
      'the same name, token and value again succeeds': 'it is refused',
      'with AWSCURRENT among the labels, AWSPREVIOUS follows too': 'the other labels are lost',
      'a label moves from the version that has it': 'it is on both then',
      'no value at all is refused': taken,
      'a token of 31 characters is refused': taken,
      'a token of 65 characters is refused': taken,
      'an id and a label that do not agree are refused': 'the label is not looked at',
      'unlabelled versions are listed on demand only': 'they are never listed',
      'without recovery, a secret that does not exist is deleted as well': 'it is not found',
      'cancelling a rotation of a secret that does not exist is not found': 'refused, under another code',
    },
    sns: {
      ...unchecked,
      'a topic name with other characters than AWS allows is refused': taken,
      'an invalid topic ARN is refused': 'refused, under another code',
      'an attribute without a value is refused': taken,
      'an attribute of an unknown type is refused': taken,
    },
  },
  moto: {
    secretsManager: {
      ...uncheckedSecrets,
      'another label than AWSCURRENT leaves AWSPREVIOUS alone': 'versions without labels are described',
      'another label can be removed, and the version stays readable by its id': 'versions without labels are described',
      'the second of two moves from the same version is refused':
        'it is, and a read without a label then gives the first version',
      'a label that is there already stays there': 'it is there twice',
      'moving a label changes LastChangedDate': 'it stays the same',
      'unlabelled versions are listed on demand only': 'they are always listed',
      'a secret that is scheduled for deletion gives and takes no value': 'it takes labels',
    },
    sns: unchecked,
  },
};
