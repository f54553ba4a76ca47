# Whoever the token names, read by the hook's reader alone: for machines without Rails.
require "socket"
require_relative "../../examples/hooks/rails/antiphon_call"

calls = AntiphonCall.new(app_id: ENV.fetch("ANTIPHON_APP_ID"), jwks_url: ENV.fetch("ANTIPHON_JWKS_URL"))
server = TCPServer.new("127.0.0.1", 0)
puts "listening on #{server.addr[1]}"
$stdout.flush
loop do
  socket = server.accept
  next socket.close unless socket.gets
  headers = {}
  while (line = socket.gets.chomp) != ""
    name, value = line.split(":", 2)
    headers[name.downcase] = value.strip
  end
  begin
    body = socket.read(headers["content-length"].to_i)
    name = calls.token(body, headers["x-webhook-signature"], headers["x-webhook-signature-key-id"])
    email = { type: "email_address", value: "#{name}@lumen.example" }
    status, answer = 200, { user: { external_id: name, identifiers: [email] } }
  rescue => fault
    status, answer = 500, { error: fault.message }
  end
  text = JSON.generate(answer)
  socket.write("HTTP/1.1 #{status} X\r\nConnection: close\r\nContent-Length: #{text.bytesize}\r\n\r\n#{text}")
  socket.close
end
