# Antiphon's webhooks: bytes in, events out. Ruby 3.0 or later, no gem. Raises when anything is wrong: answer 400 then.
require "json"
require "net/http"
require "openssl"
require "time"

class AntiphonWebhook
  # jwks_url: https://<your Antiphon>/.well-known/jwks.json. Make one per process, for it remembers the keys.
  def initialize(app_id:, jwks_url:)
    @app_id, @jwks_url, @keys, @asked_at, @lock = app_id, URI(jwks_url), {}, Time.at(0), Mutex.new
  end

  # body: request.raw_post or request.body.read; then X-Webhook-Signature and X-Webhook-Signature-Key-Id.
  def events(body, signature, key_id, now: Time.now)
    form = /\Arsassa-pss-sha256=([\w-]+)\z/.match(signature.to_s) or raise "no signature of the form rsassa-pss-sha256=…"
    pss = { salt_length: 32, mgf1_hash: "SHA256" }
    raise "not signed by Antiphon" unless key(key_id, now).verify_pss("SHA256", decode(form[1]), body, **pss)
    batch = JSON.parse(body)
    raise "for another application" unless batch["app_id"] == @app_id
    raise "sent more than 5 minutes ago" if (now - Time.iso8601(batch["sent_at"])).abs > 300
    batch["events"]
  end

  private

  # Keys are good for ten minutes; ids that are unknown make us ask again, but not all the time.
  def key(id, now)
    @lock.synchronize do
      ask(now) if now - @asked_at > (@keys.key?(id) ? 600 : 10)
      @keys.fetch(id)
    end
  end

  def ask(now)
    @asked_at = now
    options = { use_ssl: @jwks_url.scheme == "https", open_timeout: 2, read_timeout: 2 }
    answer = Net::HTTP.start(@jwks_url.host, @jwks_url.port, **options) { |http| http.get(@jwks_url.request_uri) }
    keys = JSON.parse(answer.body)["keys"].select { |jwk| jwk["alg"] == "PS256" }
    @keys = keys.to_h { |jwk| [jwk["kid"], rsa(OpenSSL::BN.new(decode(jwk["n"]), 2), OpenSSL::BN.new(65_537))] }
  end

  def rsa(*numbers) = OpenSSL::PKey::RSA.new(OpenSSL::ASN1::Sequence(numbers.map { |n| OpenSSL::ASN1::Integer(n) }).to_der)
  def decode(text) = text.tr("-_", "+/").unpack1("m")
end
