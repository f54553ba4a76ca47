# Antiphon's migration hook for Rails with Devise, with any session store. See README.md beside this file.
class AntiphonController < ActionController::Base
  CALLS = AntiphonCall.new(app_id: ENV.fetch("ANTIPHON_APP_ID"), jwks_url: ENV.fetch("ANTIPHON_JWKS_URL"))
  TICKET_SECONDS = 120

  skip_forgery_protection # Antiphon signs what it sends

  # POST: whose session is this?
  def validate
    token = CALLS.token(request.raw_post, request.headers["X-Webhook-Signature"], request.headers["X-Webhook-Signature-Key-Id"])
    user = User.find_signed(token, purpose: :antiphon) || user_of_session(token) || user_of_remember_cookie(token)
    return render json: { error: "no session" }, status: :unauthorized unless user&.active_for_authentication?
    render json: { user: record_of(user) }
  rescue => fault
    logger.error("antiphon hook: #{fault.full_message}")
    render json: { error: "could not tell" }, status: :internal_server_error
  end

  # GET, for pages, which cannot read an HttpOnly cookie: a ticket for whoever is signed in here, good for two minutes.
  def ticket
    response.headers["Cache-Control"] = "no-store"
    render json: { token: current_user&.signed_id(expires_in: TICKET_SECONDS.seconds, purpose: :antiphon) }
  end

  private

  # What Antiphon is told. `confirmed_at` is Confirmable's; without it say `verified: false`.
  def record_of(user)
    {
      external_id: user.id.to_s,
      identifiers: [{ type: "email_address", value: user.email, verified: user.try(:confirmed_at).present? }],
      password_hash: user.encrypted_password.presence # with `config.pepper`: "bcrypt+pepper:<its name in Antiphon>:" before it
    }
  end

  # As Devise reads it: the user's id and the beginning of the password's hash, which is another once the password is.
  def user_of_session(cookies)
    session = session_of(cookies)
    user = User.serialize_from_session(*session["warden.user.user.key"]) if session["warden.user.user.key"]
    last = session.dig("warden.user.user.session", "last_request_at")
    user unless user.respond_to?(:timedout?) && last && user.timedout?(Time.zone.at(last))
  end

  def user_of_remember_cookie(cookies)
    remembered = request_with(cookies).cookie_jar.signed["remember_user_token"]
    User.serialize_from_cookie(*remembered) if remembered
  end

  # Lets the application's own session store read the cookies, and write nothing.
  def session_of(cookies)
    found = {}
    read = lambda do |env|
      found = env["rack.session"].to_hash
      env["rack.session.options"][:skip] = true
      [204, {}, []]
    end
    config = Rails.application.config
    config.session_store.new(read, config.session_options).call(request_with(cookies).env)
    found
  end

  def request_with(cookies)
    env = Rails.application.env_config.merge(Rack::MockRequest.env_for(request.base_url, "HTTP_COOKIE" => cookies))
    ActionDispatch::Request.new(env)
  end
end
