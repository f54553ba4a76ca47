package com.example.antiphon;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.net.URLDecoder;
import java.security.MessageDigest;
import java.security.Principal;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.security.web.authentication.RememberMeServices;
import org.springframework.session.Session;
import org.springframework.session.SessionRepository;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** Antiphon's migration hook for Spring Security, with Spring Session where there is one. See README.md beside this file. */
@RestController
public class AntiphonController {
    private static final int TICKET_SECONDS = 120;

    private final AntiphonCall calls;
    private final byte[] ticketSecret;
    private final UserDetailsService users;
    private final Optional<SessionRepository<? extends Session>> sessions;
    private final Optional<RememberMeServices> rememberMe;

    public AntiphonController(
            @Value("${antiphon.app-id}") String appId,
            @Value("${antiphon.jwks-url}") URI jwksUrl,
            @Value("${antiphon.ticket-secret}") String ticketSecret,
            ObjectMapper json,
            UserDetailsService users,
            Optional<SessionRepository<? extends Session>> sessions,
            Optional<RememberMeServices> rememberMe) {
        if (ticketSecret.length() < 32) throw new IllegalArgumentException("antiphon.ticket-secret is too short");
        this.calls = new AntiphonCall(appId, jwksUrl, text -> json.readValue(text, Map.class));
        this.ticketSecret = ticketSecret.getBytes(UTF_8);
        this.users = users;
        this.sessions = sessions;
        this.rememberMe = rememberMe;
    }

    /** Whose session is this? Let it pass without login and CSRF token: Antiphon signs what it sends. */
    @PostMapping("/antiphon/session")
    public ResponseEntity<Map<String, Object>> session(
            @RequestHeader(name = "X-Webhook-Signature", required = false) String signature,
            @RequestHeader(name = "X-Webhook-Signature-Key-Id", required = false) String keyId,
            HttpServletRequest request,
            HttpServletResponse response) {
        try {
            // No further: whoever is not Antiphon could send without end.
            byte[] body = request.getInputStream().readNBytes(AntiphonCall.MAX_BODY_BYTES + 1);
            String token = calls.token(body, signature, keyId);
            UserDetails user = find(nameOf(token, request, response));
            if (user == null || !user.isEnabled() || !user.isAccountNonLocked() || !user.isAccountNonExpired())
                return ResponseEntity.status(401).body(Map.of("error", "no session"));
            return ResponseEntity.status(200).body(Map.of("user", recordOf(user)));
        } catch (Exception fault) {
            LoggerFactory.getLogger(getClass()).error("antiphon hook", fault);
            return ResponseEntity.status(500).body(Map.of("error", "could not tell"));
        }
    }

    /** For pages, which cannot read an HttpOnly cookie: a ticket for whoever is signed in here, good for two minutes. */
    @GetMapping("/antiphon/ticket")
    public ResponseEntity<Map<String, Object>> ticket(Principal principal) throws Exception {
        Map<String, Object> answer = new HashMap<>();
        answer.put("token", principal == null ? null : ticketOf(principal.getName()));
        return ResponseEntity.status(200).header("Cache-Control", "no-store").body(answer);
    }

    /** What Antiphon is told. Here the name of a user is an address that nobody has proven; read your own table where it is not so. */
    private Map<String, Object> recordOf(UserDetails user) {
        Map<String, Object> email = Map.of("type", "email_address", "value", user.getUsername(), "verified", false);
        return Map.of("external_id", user.getUsername(), "identifiers", List.of(email));
    }

    private UserDetails find(String name) {
        try {
            return name == null ? null : users.loadUserByUsername(name);
        } catch (UsernameNotFoundException unknown) {
            return null;
        }
    }

    /** The name behind a ticket, a session, or the cookie of "remember me"; null when nobody is. */
    private String nameOf(String token, HttpServletRequest request, HttpServletResponse response) throws Exception {
        if (token.startsWith("ticket.")) return nameOfTicket(token.split("\\."));
        Cookie[] cookies = cookiesOf(token);
        for (Cookie cookie : cookies) {
            Session session = cookie.getName().equals("SESSION") && sessions.isPresent() ? sessionOf(cookie) : null;
            SecurityContext context = session == null ? null : session.getAttribute("SPRING_SECURITY_CONTEXT");
            Authentication login = context == null ? null : context.getAuthentication();
            if (login != null && login.isAuthenticated()) return login.getName();
        }
        Principal remembered = rememberMe.isEmpty() ? null : rememberMe.get().autoLogin(new WithCookies(request, cookies), response);
        return remembered == null ? null : remembered.getName();
    }

    /** Spring Session writes the id in base64, and finds no session whose time is over. */
    private Session sessionOf(Cookie cookie) {
        try {
            return sessions.get().findById(new String(Base64.getDecoder().decode(cookie.getValue()), UTF_8));
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }

    /** The cookies in `NAME=value; other=value`. */
    private static Cookie[] cookiesOf(String token) {
        return Arrays.stream(token.split(";\\s*"))
                .map(pair -> pair.split("=", 2))
                .filter(pair -> pair.length == 2 && pair[0].matches("[\\w.-]+"))
                .map(pair -> new Cookie(pair[0], URLDecoder.decode(pair[1].replace("+", "%2B"), UTF_8)))
                .toArray(Cookie[]::new);
    }

    private String ticketOf(String name) throws Exception {
        String text = base64(name.getBytes(UTF_8)) + "." + (Instant.now().getEpochSecond() + TICKET_SECONDS);
        return "ticket." + text + "." + mac(text);
    }

    private String nameOfTicket(String[] parts) throws Exception {
        if (parts.length != 4 || !MessageDigest.isEqual(mac(parts[1] + "." + parts[2]).getBytes(UTF_8), parts[3].getBytes(UTF_8))) return null;
        boolean isGood = Long.parseLong(parts[2]) > Instant.now().getEpochSecond();
        return isGood ? new String(Base64.getUrlDecoder().decode(parts[1]), UTF_8) : null;
    }

    private String mac(String text) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(ticketSecret, "HmacSHA256"));
        return base64(mac.doFinal(("antiphon ticket " + text).getBytes(UTF_8)));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** The hook's request as if it had come with the cookies of the client. */
    private static final class WithCookies extends HttpServletRequestWrapper {
        private final Cookie[] cookies;

        WithCookies(HttpServletRequest request, Cookie[] cookies) {
            super(request);
            this.cookies = cookies;
        }

        @Override
        public Cookie[] getCookies() {
            return cookies;
        }
    }
}
