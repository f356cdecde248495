import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A client of all three APIs with java.net.http and nothing else: it offers HTTP/2 wherever it can. */
public class Good {
    static final int NO_SUCH_ACTION = 64;
    static final List<String> FINAL = Arrays.asList("06", "10", "12", "13", "15", "19", "51", "52", "53");
    static final String DENTAL = "/dental/attachments/v1";
    static final String MEDICAL = "/medicalnetwork/attachments";
    static final String PRIOR_AUTH = "/rcm/prior-authorization/v1";

    static class Refused extends Exception {
        private static final long serialVersionUID = 1;

        Refused(String why) {
            super(why);
        }
    }

    final Map<String, Object> context;
    final Map<String, Object> inputs;
    final HttpClient http;
    String token = "";
    Instant tokenEnds = Instant.EPOCH;

    Good(Map<String, Object> context) throws Exception {
        this.context = context;
        this.inputs = object(context.get("inputs"));
        HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(20));
        if (context.get("ca_file") != null) {
            builder.sslContext(trusting(Path.of((String) context.get("ca_file"))));
        }
        http = builder.build();
    }

    static SSLContext trusting(Path file) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int number = 0;
        try (var stream = Files.newInputStream(file)) {
            for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(stream)) {
                store.setCertificateEntry("authority-" + number++, each);
            }
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext made = SSLContext.getInstance("TLS");
        made.init(null, trust.getTrustManagers(), null);
        return made;
    }

    // tokens and sending

    String bearer() throws Exception {
        if (token.isEmpty() || Instant.now().isAfter(tokenEnds)) {
            boolean isForm = "form".equals(context.get("token_form"));
            Map<String, Object> told = new LinkedHashMap<>();
            told.put("grant_type", "client_credentials");
            told.put("client_id", context.get("client_id"));
            told.put("client_secret", context.get("client_secret"));
            String body = isForm ? form(told) : Json.written(told);
            String kind = isForm ? "application/x-www-form-urlencoded" : "application/json";
            HttpRequest asked = HttpRequest.newBuilder(URI.create((String) context.get("token_url")))
                    .timeout(Duration.ofSeconds(20)).header("Content-Type", kind)
                    .POST(HttpRequest.BodyPublishers.ofString(body)).build();
            Map<String, Object> answer = object(Json.read(sound(patiently(() -> asked)).body()));
            token = (String) answer.get("access_token");
            long life = answer.get("expires_in") instanceof Number n ? n.longValue() : 3600;
            tokenEnds = Instant.now().plusMillis(Math.max(life * 1000 - 60_000, life * 700));
        }
        return token;
    }

    static String form(Map<String, Object> fields) {
        List<String> written = new ArrayList<>();
        fields.forEach((name, value) -> written.add(
                name + "=" + URLEncoder.encode((String) value, StandardCharsets.UTF_8)));
        return String.join("&", written);
    }

    interface Made {
        HttpRequest get() throws Exception;
    }

    HttpResponse<String> patiently(Made made) throws Exception {
        for (int attempt = 1;; attempt++) {
            HttpResponse<String> answer = http.send(made.get(), HttpResponse.BodyHandlers.ofString());
            boolean mayPass = answer.statusCode() == 429 || answer.statusCode() == 503;
            if (!mayPass || attempt == 3) {
                return answer;
            }
            String told = answer.headers().firstValue("Retry-After").orElse("");
            Thread.sleep(told.isEmpty() ? (long) (250 * Math.pow(2, attempt)) : millis(told));
        }
    }

    static long millis(String told) {
        if (told.chars().allMatch(Character::isDigit)) {
            return Long.parseLong(told) * 1000;
        }
        Instant then = ZonedDateTime.parse(told, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
        return Math.max(Duration.between(Instant.now(), then).toMillis(), 0);
    }

    HttpResponse<String> send(String method, String path, byte[] body, String... headers) throws Exception {
        Made made = () -> {
            HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(context.get("base_url") + path))
                    .timeout(Duration.ofSeconds(30)).header("Authorization", "Bearer " + bearer());
            for (int place = 0; place < headers.length; place += 2) {
                builder.header(headers[place], headers[place + 1]);
            }
            return builder.method(method, body == null ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(body)).build();
        };
        HttpResponse<String> answer = patiently(made);
        if (answer.statusCode() == 401) {
            token = "";
            answer = patiently(made);
        }
        return sound(answer);
    }

    static HttpResponse<String> sound(HttpResponse<String> answer) throws IOException {
        if (answer.statusCode() >= 300) {
            throw new IOException("answered " + answer.statusCode());
        }
        return answer;
    }

    HttpResponse<String> json(String path, Object value, String... headers) throws Exception {
        String[] all = Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Content-Type";
        all[headers.length + 1] = "application/json";
        return send("POST", path, Json.written(value).getBytes(StandardCharsets.UTF_8), all);
    }

    HttpResponse<String> upload(String path, Map<String, Object> about) throws Exception {
        String edge = "=_" + UUID.randomUUID();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (Map.Entry<String, Object> each : about.entrySet()) {
            part(body, edge, "name=\"" + each.getKey() + "\"", "application/json",
                    Json.written(each.getValue()).getBytes(StandardCharsets.UTF_8));
        }
        for (Map<String, Object> each : files()) {
            part(body, edge, "name=\"files\"; filename=\"" + each.get("name") + "\"",
                    (String) each.get("media_type"), Files.readAllBytes(Path.of((String) each.get("path"))));
        }
        body.write(("--" + edge + "--\r\n").getBytes(StandardCharsets.UTF_8));
        String kind = "multipart/form-data; boundary=\"" + edge + "\"";
        return send("POST", path, body.toByteArray(), "Content-Type", kind, "Accept", "application/json");
    }

    static void part(ByteArrayOutputStream body, String edge, String what, String kind, byte[] content)
            throws IOException {
        String head = "--" + edge + "\r\nContent-Type: " + kind + "\r\nContent-Transfer-Encoding: binary\r\n"
                + "Content-Disposition: form-data; " + what + "\r\n\r\n";
        body.write(head.getBytes(StandardCharsets.UTF_8));
        body.write(content);
        body.write("\r\n".getBytes(StandardCharsets.UTF_8));
    }

    // what there is to do

    List<Map<String, Object>> files() {
        List<Map<String, Object>> found = new ArrayList<>();
        list(inputs.get("files")).forEach(each -> found.add(object(each)));
        return found;
    }

    void check() throws Refused {
        Map<String, Object> claim = object(inputs.get("claim"));
        if (!isNpi(String.valueOf(claim.get("providerNPI")))) {
            throw new Refused("providerNPI");
        }
        for (String name : List.of("dateOfService", "patientDateOfBirth")) {
            try {
                LocalDate.parse(String.valueOf(claim.get(name)));
            } catch (java.time.DateTimeException problem) {
                throw new Refused(name);
            }
        }
        if (!String.valueOf(claim.get("payerId")).matches("[A-Za-z0-9]{5}")) {
            throw new Refused("payerId");
        }
        if (String.valueOf(claim.getOrDefault("claimId", "")).isEmpty()) {
            throw new Refused("claimId");
        }
        if (files().isEmpty() || files().size() > 10) {
            throw new Refused("files");
        }
    }

    static boolean isNpi(String npi) {
        if (!npi.matches("[0-9]{10}")) {
            return false;
        }
        int total = 24;
        for (int place = 0; place < 10; place++) {
            int digit = npi.charAt(9 - place) - '0';
            int counted = place % 2 == 0 ? digit : digit * 2;
            total += counted > 9 ? counted - 9 : counted;
        }
        return total % 10 == 0;
    }

    HttpResponse<String> create(boolean withImages) throws Exception {
        check();
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("request", inputs.get("claim"));
        if (withImages) {
            about.put("fileMetadata", inputs.get("fileMetadata"));
        }
        String path = DENTAL + "/attachments/documents" + (withImages ? "/image-intelligence" : "");
        return upload(path, about);
    }

    void createThenSearch() throws Exception {
        List<Object> ids = list(object(Json.read(create(false).body())).get("attachmentIds"));
        if (inputs.get("choose") != null) {
            Object wanted = object(inputs.get("choose")).get("equals");
            int place = files().stream().map(each -> each.get("name")).toList().indexOf(wanted);
            ids = List.of(ids.get(place));
        }
        json(DENTAL + "/attachments/documents/search", Map.of("attachmentIds", ids));
    }

    HttpResponse<String> status(String traceId) throws Exception {
        String path = MEDICAL + "/status/v1/" + URLEncoder.encode(traceId, StandardCharsets.UTF_8);
        return send("GET", path + "?fieldset=summary", null);
    }

    void uploadThenPoll() throws Exception {
        HttpResponse<String> uploaded = uploadMedical();
        String inBody = ((String) object(Json.read(uploaded.body())).get("attachmentId")).split("_")[0];
        String traceId = uploaded.headers().firstValue("X-Trace-Id").orElse(inBody);
        for (int poll = 1; poll <= 6; poll++) {
            List<Object> rows = list(Json.read(status(traceId).body()));
            if (FINAL.contains(object(rows.get(rows.size() - 1)).get("statusCode"))) {
                return;
            }
            Thread.sleep((long) (150 * Math.pow(1.4, poll)));
        }
    }

    HttpResponse<String> uploadMedical() throws Exception {
        return upload(MEDICAL + "/submission/v1/uploads", Map.of("request", inputs.get("request")));
    }

    void search() throws Exception {
        HttpResponse<String> answer = json(MEDICAL + "/status/v1/metadata", inputs.get("query"));
        Map<String, Object> choose = object(inputs.get("choose"));
        for (Object each : choose.isEmpty() ? List.of() : list(Json.read(answer.body()))) {
            Map<String, Object> about = object(object(each).get("transactionDetails"));
            if (choose.get("equals").equals(about.get(choose.get("property")))) {
                status((String) object(each).get("traceId"));
                return;
            }
        }
    }

    void ask(String action) throws Exception {
        boolean isX12 = action.endsWith("-x12");
        String path = PRIOR_AUTH + (action.contains("inquire") ? "/inquiry" : "/submission");
        Object body = isX12 ? Map.of("x12", inputs.get("x12")) : inputs.get("request");
        json(path + (isX12 ? "/x12" : ""), body, "x-optum-tenant-id", (String) inputs.get("tenantId"));
    }

    void act(String action) throws Exception {
        switch (action) {
            case "token" -> bearer();
            case "health" -> send("GET", Map.of("dental", DENTAL + "/healthcheck", "medical",
                    MEDICAL + "/submission/v1/healthcheck", "prior-auth", PRIOR_AUTH + "/healthcheck")
                    .get(context.get("product")), null);
            case "dental.create" -> create(false);
            case "dental.create-image-intelligence" -> create(true);
            case "dental.search" -> json(DENTAL + "/attachments/documents/search",
                    Map.of("attachmentIds", inputs.get("attachmentIds")));
            case "dental.create-then-search" -> createThenSearch();
            case "medical.upload" -> uploadMedical();
            case "medical.upload-then-poll" -> uploadThenPoll();
            case "medical.status" -> status((String) inputs.get("traceId"));
            case "medical.search" -> search();
            case "prior-auth.inquire", "prior-auth.inquire-x12", "prior-auth.submit", "prior-auth.submit-x12" ->
                ask(action);
            default -> System.exit(NO_SUCH_ACTION);
        }
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> object(Object value) {
        return value instanceof Map ? (Map<String, Object>) value : Map.of();
    }

    @SuppressWarnings("unchecked")
    static List<Object> list(Object value) {
        return value instanceof List ? (List<Object>) value : List.of();
    }

    public static void main(String[] arguments) throws Exception {
        Path told = Path.of(System.getenv("HARNESS_JUDGE_CONTEXT"));
        Good client = new Good(object(Json.read(Files.readString(told))));
        boolean isWell = true;
        try {
            for (long time = ((Number) client.context.get("repeat")).longValue(); time > 0; time--) {
                client.act((String) client.context.get("action"));
            }
        } catch (Refused | IOException problem) {
            System.err.println(problem.getClass().getSimpleName());
            isWell = false;
        }
        Path result = Path.of((String) client.context.get("result_file"));
        Files.writeString(result, Json.written(Map.of("ok", isWell)));
        System.exit(isWell ? 0 : 1);
    }

    /** As much of JSON (RFC 8259) as answers need. */
    static final class Json {
        private final String text;
        private int at;

        private Json(String text) {
            this.text = text;
        }

        static Object read(String text) {
            return new Json(text).value();
        }

        private char next() {
            while (Character.isWhitespace(text.charAt(at))) {
                at++;
            }
            return text.charAt(at);
        }

        private Object value() {
            switch (next()) {
                case '{':
                    Map<String, Object> members = new LinkedHashMap<>();
                    for (at++; next() != '}'; at += next() == ',' ? 1 : 0) {
                        String name = string();
                        next();
                        at++;
                        members.put(name, value());
                    }
                    at++;
                    return members;
                case '[':
                    List<Object> items = new ArrayList<>();
                    for (at++; next() != ']'; at += next() == ',' ? 1 : 0) {
                        items.add(value());
                    }
                    at++;
                    return items;
                case '"':
                    return string();
                default:
                    int start = at;
                    while (at < text.length() && ",]} \r\n\t".indexOf(text.charAt(at)) < 0) {
                        at++;
                    }
                    String word = text.substring(start, at);
                    return switch (word) {
                        case "true" -> true;
                        case "false" -> false;
                        case "null" -> null;
                        default -> Double.valueOf(word);
                    };
            }
        }

        private String string() {
            next();
            StringBuilder found = new StringBuilder();
            for (at++; text.charAt(at) != '"'; at++) {
                char sign = text.charAt(at);
                if (sign == '\\') {
                    sign = text.charAt(++at);
                    if (sign == 'u') {
                        sign = (char) Integer.parseInt(text.substring(at + 1, at + 5), 16);
                        at += 4;
                    } else {
                        int place = "nrtbf".indexOf(sign);
                        sign = place < 0 ? sign : "\n\r\t\b\f".charAt(place);
                    }
                }
                found.append(sign);
            }
            at++;
            return found.toString();
        }

        static String written(Object value) {
            if (value instanceof Map<?, ?> members) {
                List<String> all = new ArrayList<>();
                members.forEach((name, each) -> all.add(written(name) + ": " + written(each)));
                return "{" + String.join(", ", all) + "}";
            }
            if (value instanceof List<?> items) {
                return "[" + String.join(", ", items.stream().map(Json::written).toList()) + "]";
            }
            if (value instanceof Double number && number == Math.rint(number)) {
                return String.valueOf(number.longValue());
            }
            return value instanceof String text ? "\"" + escaped(text) + "\"" : String.valueOf(value);
        }

        private static String escaped(String text) {
            StringBuilder made = new StringBuilder();
            for (char sign : text.toCharArray()) {
                if (sign == '"' || sign == '\\') {
                    made.append('\\').append(sign);
                } else if (sign < ' ') {
                    made.append(String.format("\\u%04x", (int) sign));
                } else {
                    made.append(sign);
                }
            }
            return made.toString();
        }
    }
}
