/** Letters of the contract's sections of which every rule has a defect. A section joins with the issue that proves its rules. */
export const SECTIONS: readonly string[] = ['V', 'P', 'F', 'N', 'S', 'G', 'Q', 'E', 'T', 'L']
