# A legacy application on Rails and Devise, with the hook in it.
require "logger"
require "rails"
require "active_record/railtie"
require "action_controller/railtie"
require "devise"
require "socket"
require "stringio"

hooks = File.expand_path("../../../examples/hooks/rails", __dir__)
ENV["DATABASE_URL"] = "sqlite3:#{ENV.fetch("LEGACY_FOLDER")}/legacy.db"
ENV["RAILS_ENV"] = "production"

class Legacy < Rails::Application
  config.load_defaults Rails.version.to_f
  config.eager_load = false
  config.consider_all_requests_local = false
  config.logger = ActiveSupport::Logger.new($stderr, level: :error)
  config.log_level = :error
  config.filter_parameters = [:token]
  config.secret_key_base = "a secret of the legacy application"
  config.session_store :cookie_store, key: "_legacy_session"
  config.hosts.clear
end

Devise.setup do |devise|
  require "devise/orm/active_record"
  devise.stretches = 1
  devise.timeout_in = 30.minutes
end

class User < ActiveRecord::Base
  devise :database_authenticatable, :rememberable, :timeoutable
end

Legacy.routes.prepend do
  devise_for :users, skip: :all
  post "/antiphon/session" => "antiphon#validate"
  get "/antiphon/ticket" => "antiphon#ticket"
  post "/login" => "login#create"
  post "/password" => "login#password"
  post "/break" => "login#break"
end

Legacy.initialize!
ActiveRecord::Base.logger = nil
ActiveRecord::Schema.verbose = false
ActiveRecord::Schema.define do
  create_table(:users) do |t|
    t.string :email, default: "", null: false
    t.string :encrypted_password, default: "", null: false
    t.datetime :confirmed_at
    t.datetime :remember_created_at
    t.timestamps
  end
end

User.create!(id: 17, email: "mia@lumen.example", password: "a password", confirmed_at: Time.now)

require "#{hooks}/antiphon_call"
require "#{hooks}/antiphon_controller"

module Breakable
  mattr_accessor :broken
  def execute(*, **) = broken ? raise(ActiveRecord::StatementInvalid, "no database") : super
  def exec_query(*, **) = broken ? raise(ActiveRecord::StatementInvalid, "no database") : super
end
ActiveRecord::ConnectionAdapters::SQLite3Adapter.prepend(Breakable)

class LoginController < ActionController::Base
  include Devise::Controllers::Rememberable
  skip_forgery_protection

  def create
    user = User.find(17)
    if params[:remembered]
      remember_me(user)
    else
      sign_in(user)
      session["warden.user.user.session"] = { "last_request_at" => 1.hour.ago.to_i } if params[:ms]
    end
    head :ok
  end

  def password
    User.find(17).update!(password: params[:to])
    head :ok
  end

  def break
    Breakable.broken = params.key?(:yes)
    head :ok
  end
end

# One request after another, for no server comes with Ruby.
server = TCPServer.new("127.0.0.1", 0)
puts "listening on #{server.addr[1]}"
$stdout.flush
loop do
  socket = server.accept
  method, target = socket.gets.to_s.split
  next socket.close unless target
  headers = {}
  while (line = socket.gets.chomp) != ""
    name, value = line.split(": ", 2)
    headers["HTTP_#{name.upcase.tr("-", "_")}"] = value
  end
  body = socket.read(headers["HTTP_CONTENT_LENGTH"].to_i)
  env = Rack::MockRequest.env_for("http://127.0.0.1#{target}", method: method, input: StringIO.new(body), "CONTENT_TYPE" => "application/json")
  status, answered, parts = Rails.application.call(env.merge(headers))
  socket.write("HTTP/1.1 #{status} X\r\nConnection: close\r\n")
  answered.each { |name, values| Array(values).flat_map { |v| v.split("\n") }.each { |value| socket.write("#{name}: #{value}\r\n") } }
  socket.write("\r\n")
  parts.each { |part| socket.write(part) }
  socket.close
end
