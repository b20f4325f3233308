export { feedController } from './feed-controller.ts'
export { threatFeed } from './threat-feed.ts'
