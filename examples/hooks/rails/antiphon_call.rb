# Reads a call of Antiphon's migration hook: checks that Antiphon made it, for your application, and answers the legacy token in it.
#
# No gem needed. Whatever is wrong is raised: answer 500 then. Antiphon reads a 4xx as "this session is no good", and would show your login
# to everybody if a wrong address of the keys stood here.
require "json"
require "net/http"
require "openssl"

class AntiphonCall
  Fault = Class.new(StandardError)
  MAX_BODY_BYTES = 128 * 1024
  KEYS_LIVE_SECONDS = 600
  KEYS_REST_SECONDS = 10 # unknown key ids do not make us ask for the keys more often than this, whether they were answered or not

  # app_id: your application in Antiphon. jwks_url: https://<your Antiphon>/.well-known/jwks.json. Make one per process.
  def initialize(app_id:, jwks_url:)
    @app_id, @jwks_url = app_id, URI(jwks_url)
    @keys, @asked_at, @lock = {}, -Float::INFINITY, Mutex.new
  end

  # The legacy token in a body, as its bytes came; the others are X-Webhook-Signature and X-Webhook-Signature-Key-Id.
  def token(body, signature, key_id)
    raise Fault, "the body is too long" if body.bytesize > MAX_BODY_BYTES
    pss = { salt_length: 32, mgf1_hash: "SHA256" }
    raise Fault, "the signature is not of this body" unless key(key_id).verify_pss("SHA256", decode(signature.to_s), body, **pss)
    call = JSON.parse(body)
    raise Fault, "the call is for another application" unless call["app_id"] == @app_id
    call.fetch("token")
  end

  private

  def key(id)
    @lock.synchronize do
      fetch_keys if now - @asked_at > (@keys.key?(id) ? KEYS_LIVE_SECONDS : KEYS_REST_SECONDS)
      @keys.fetch(id)
    end
  end

  def fetch_keys
    @asked_at = now
    options = { use_ssl: @jwks_url.scheme == "https", open_timeout: 2, read_timeout: 2 }
    answer = Net::HTTP.start(@jwks_url.host, @jwks_url.port, **options) { |http| http.get(@jwks_url.request_uri) }
    raise Fault, "#{@jwks_url} answered #{answer.code}" unless answer.is_a?(Net::HTTPOK)
    keys = JSON.parse(answer.body).fetch("keys").select { |jwk| jwk["alg"] == "PS256" }
    @keys = keys.to_h { |jwk| [jwk["kid"], rsa_key(jwk)] }
  end

  def rsa_key(jwk)
    numbers = %w[n e].map { |name| OpenSSL::ASN1::Integer(OpenSSL::BN.new(decode(jwk[name]), 2)) }
    algorithm = OpenSSL::ASN1::Sequence([OpenSSL::ASN1::ObjectId("rsaEncryption"), OpenSSL::ASN1::Null(nil)])
    bits = OpenSSL::ASN1::BitString(OpenSSL::ASN1::Sequence(numbers).to_der)
    OpenSSL::PKey::RSA.new(OpenSSL::ASN1::Sequence([algorithm, bits]).to_der)
  end

  def decode(text) = text.tr("-_", "+/").unpack1("m")
  def now = Process.clock_gettime(Process::CLOCK_MONOTONIC)
end
