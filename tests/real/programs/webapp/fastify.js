'use strict';
const { Store } = require('./store');

module.exports = async () => {
  const app = require('fastify')(), store = new Store();
  app.decorate('store', store);
  app.decorateRequest('session', null);
  app.addHook('onRequest', async (request) => { request.session = store.session(request.headers['x-session'] || 'none'); });
  app.get('/orders/:id', async (request) => {
    const order = store.orders.get(Number(request.params.id));
    if (!order) throw store.fail(`order ${request.params.id}`);
    request.session.cart.set(order.id, order);
    return { id: order.id, customer: order.customer, items: order.items };
  });
  app.post('/orders', { schema: { body: { type: 'object', properties: { id: { type: 'integer' } } } } },
    async (request, reply) => { reply.code(201); return { id: store.order(request.body.id).id }; });
  app.get('/wait', (request, reply) => { store.waiting.push({ request, reply, since: new Date() }); });
  app.setErrorHandler((error, request, reply) => reply.code(error.status || 500).send(error.message));
  await app.listen({ port: 0, host: '127.0.0.1' });
  return { app, server: app.server, store };
};
