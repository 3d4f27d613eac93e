require_relative "boot"

require "rails"
require "active_record/railtie"
require "action_controller/railtie"

Bundler.require(*Rails.groups)

module Shop
  class Application < Rails::Application
    config.load_defaults 6.1
    config.eager_load = Rails.env.production?
    config.logger = ActiveSupport::Logger.new($stderr)
    config.log_level = :warn
    config.active_record.dump_schema_after_migration = false
  end
end
