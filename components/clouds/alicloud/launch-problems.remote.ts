/**
 * What to do about the reasons that Auto Scaling gives for an instance that it could not start, where the reason does
 * not say so itself.
 */
const advice: readonly (readonly [reason: RegExp, advice: string])[] = [
  [
    /ErrImagePull|ImagePullBackOff|pull(ing)? image|no such host/i,
    "the instances cannot pull the image: its registry must exist, admit the network (alicloud.registry links a new one " +
      "to an instance of Container Registry Enterprise Edition), and hold this digest",
  ],
];

/** A reason, with what to do about it. */
export function withAdvice(reason: string): string {
  const found = advice.find(([pattern]) => pattern.test(reason));
  return found === undefined ? reason : `${reason} (${found[1]})`;
}
