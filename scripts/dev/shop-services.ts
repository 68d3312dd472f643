/** Folder of a sample service below `apps/`, and the name of its Service. */
export const SERVICES = {
  gateway: 'api-gateway',
  inventory: 'inventory-service',
  notification: 'notification-service',
  order: 'order-service',
  payment: 'payment-service',
  user: 'user-service',
} as const;
