# As driver.mjs.
require_relative "../../docs/kit/ruby/antiphon_webhook"

webhook = AntiphonWebhook.new(app_id: ARGV[0], jwks_url: ARGV[1])
STDIN.each_line(chomp: true) do |line|
  now, signature, key_id, body = line.split("\t", -1)
  given = [signature, key_id].map { |value| value unless value.empty? }
  puts JSON.generate(webhook.events(body.unpack1("m"), *given, now: Time.at(now.to_i / 1000r)))
rescue StandardError => error
  puts "refused #{error.message.lines.first}"
end
