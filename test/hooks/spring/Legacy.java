import com.example.antiphon.AntiphonController;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.Principal;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.session.Session;

/** A legacy application with the hook for Spring in it, on stand-ins for Spring. */
public class Legacy {
    static final Map<String, String> sessions = new ConcurrentHashMap<>();
    static boolean broken;

    record User(String getUsername, boolean isEnabled, boolean isAccountNonLocked, boolean isAccountNonExpired) implements UserDetails {}

    record Login(String getName, boolean isAuthenticated) implements Authentication {}

    record Request(Cookie[] getCookies, InputStream getInputStream) implements HttpServletRequest {}

    record Context(Authentication getAuthentication) implements SecurityContext {}

    static class Attributes implements Session {
        private final SecurityContext context;

        Attributes(String name) {
            context = new Context(new Login(name, true));
        }

        @SuppressWarnings("unchecked")
        public <T> T getAttribute(String name) {
            return name.equals("SPRING_SECURITY_CONTEXT") ? (T) context : null;
        }
    }

    static UserDetails find(String name) {
        if (broken) throw new IllegalStateException("no database");
        if (!name.equals("mia@lumen.example")) throw new UsernameNotFoundException();
        return new User(name, true, true, true);
    }

    static Session findSession(String id) {
        return sessions.containsKey(id) ? new Attributes(sessions.get(id)) : null;
    }

    static Authentication recall(Cookie[] cookies) {
        for (Cookie cookie : cookies) {
            if (cookie.getName().equals("remember-me") && cookie.getValue().equals("for+mia==")) return new Login("mia@lumen.example", true);
        }
        return null;
    }

    public static void main(String[] args) throws Exception {
        AntiphonController hook = new AntiphonController(
                System.getenv("ANTIPHON_APP_ID"),
                URI.create(System.getenv("ANTIPHON_JWKS_URL")),
                System.getenv("ANTIPHON_TICKET_SECRET"),
                new ObjectMapper(),
                Legacy::find,
                Optional.of(Legacy::findSession),
                Optional.of((request, response) -> recall(request.getCookies())));
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/antiphon/session", exchange -> {
            String signature = exchange.getRequestHeaders().getFirst("X-Webhook-Signature");
            String keyId = exchange.getRequestHeaders().getFirst("X-Webhook-Signature-Key-Id");
            answer(exchange, hook.session(signature, keyId, new Request(new Cookie[0], exchange.getRequestBody()), null));
        });
        server.createContext("/antiphon/ticket", exchange -> {
            String cookie = String.valueOf(exchange.getRequestHeaders().getFirst("Cookie"));
            String id = cookie.startsWith("SESSION=") ? new String(Base64.getDecoder().decode(cookie.substring(8))) : "";
            Principal principal = sessions.containsKey(id) ? () -> sessions.get(id) : null;
            try {
                answer(exchange, hook.ticket(principal));
            } catch (Exception fault) {
                throw new IllegalStateException(fault);
            }
        });
        server.createContext("/login", exchange -> {
            String query = exchange.getRequestURI().getQuery();
            String id = "session-" + sessions.size();
            if (!query.contains("ms=")) sessions.put(id, "mia@lumen.example");
            String cookie = query.contains("remembered") ? "remember-me=for+mia==" : "SESSION=" + Base64.getEncoder().encodeToString(id.getBytes());
            exchange.getResponseHeaders().set("Set-Cookie", cookie);
            answer(exchange, ResponseEntity.status(200).body(null));
        });
        server.createContext("/break", exchange -> {
            broken = "yes".equals(exchange.getRequestURI().getQuery());
            answer(exchange, ResponseEntity.status(200).body(null));
        });
        server.start();
        System.out.println("listening on " + server.getAddress().getPort());
    }

    static void answer(HttpExchange exchange, ResponseEntity<?> answer) throws java.io.IOException {
        answer.headers.forEach(exchange.getResponseHeaders()::set);
        byte[] body = write(answer.body).getBytes();
        exchange.sendResponseHeaders(answer.status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    static String write(Object value) {
        if (value instanceof Map<?, ?> map)
            return "{" + String.join(",", map.entrySet().stream().map(entry -> write(entry.getKey()) + ":" + write(entry.getValue())).toList()) + "}";
        if (value instanceof List<?> list) return "[" + String.join(",", list.stream().map(Legacy::write).toList()) + "]";
        return value instanceof String ? "\"" + value + "\"" : String.valueOf(value);
    }
}
