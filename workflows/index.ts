export { feedController } from './feed-controller.ts'
export { feedRequest } from './feed-request.ts'
export { threatFeed } from './threat-feed.ts'
