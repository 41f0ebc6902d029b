'use strict';
const express = require('express');
const { Store } = require('./store');

module.exports = async () => {
  const app = express(), store = new Store();
  app.locals.store = store;
  app.set('json spaces', 1);
  app.use(express.json());
  app.use((req, res, next) => { req.session = store.session(req.get('x-session') || 'none'); next(); });
  app.get('/orders/:id', (req, res, next) => {
    const order = store.orders.get(Number(req.params.id));
    if (!order) return next(store.fail(`order ${req.params.id}`));
    req.session.cart.set(order.id, order);
    res.json({ id: order.id, customer: order.customer, items: order.items });
  });
  app.post('/orders', (req, res) => res.status(201).json({ id: store.order(req.body.id).id }));
  app.get('/wait', (req, res) => { store.waiting.push({ req, res, since: new Date() }); });
  // eslint-disable-next-line no-unused-vars
  app.use((error, req, res, next) => res.status(error.status || 500).send(error.message));
  const server = await new Promise((resolve) => { const s = app.listen(0, '127.0.0.1', () => resolve(s)); });
  return { app, server, store };
};
