import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.node.InternalSettingsPreparer;
import org.elasticsearch.node.Node;
import org.elasticsearch.plugins.PluginsLoader;

/**
 * Starts one Elasticsearch node from the jars of two Maven artifacts, without a distribution; or from a distribution's, where lib/ is
 * the module path and not the class path.
 * Takes the home folder (modules/ and plugins/) and the folder of elasticsearch.yml, which says where data and logs go.
 */
public final class NodeLauncher {
    private NodeLauncher() {}

    public static void main(String[] arguments) throws InterruptedException {
        try {
            start(Path.of(arguments[0]).toAbsolutePath(), Path.of(arguments[1]).toAbsolutePath());
        } catch (Exception failure) {
            // The reasons alone: stack traces would push them out of the end of the log.
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) System.err.println("cannot start: " + cause);
            System.exit(1);
        }
        new CountDownLatch(1).await();
    }

    private static void start(Path home, Path config) throws Exception {
        LogConfigurator.registerErrorListener();
        LogConfigurator.configureESLogging();
        Settings where = Settings.builder().put("path.home", home.toString()).build();
        Environment environment = InternalSettingsPreparer.prepareEnvironment(where, Map.of(), config, () -> "local");
        LogConfigurator.setClusterName("local");
        LogConfigurator.setNodeName("local");
        LogConfigurator.configure(environment, true);

        PluginsLoader plugins = PluginsLoader.createPluginsLoader(
            PluginsLoader.loadModulesBundles(environment.modulesDir(), false),
            PluginsLoader.loadPluginsBundles(environment.pluginsDir(), false),
            Map.of(),
            // Modules of a distribution see what the server's own modules export to them.
            Node.class.getModule().isNamed());
        Node node = new Node(environment, plugins);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(node), "stop"));
        node.start();
    }

    private static void stop(Node node) {
        try {
            node.close();
            node.awaitClose(10, TimeUnit.SECONDS);
        } catch (Exception failure) {
            failure.printStackTrace();
        }
    }
}
