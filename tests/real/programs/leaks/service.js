// A service object, far from any variable of the program, keeps what it was asked for.
'use strict';
class Profile { constructor(user) { this.user = user; this.tags = new Array(20).fill(user); } }
class ProfileService {
  constructor() { this.byUser = new Map(); }
  load(user) {
    const profile = new Profile(user);
    this.byUser.set(user, profile);
    return profile;
  }
}
class ProfileController { constructor(service) { this.service = service; } }
const application = { modules: [{ controllers: [new ProfileController(new ProfileService())] }] };
exports.step = (i) => application.modules[0].controllers[0].service.load(i);
