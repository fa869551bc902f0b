// SPDX-License-Identifier: GPL-3.0-or-later
// The desktop on a store of 1,000 trials x 10,000 points x 3 metrics: how soon it shows something, and
// whether its window stays awake while a driver writes 20,000 points per second.
#include "planted_store.h"
#include "report.h"

#include "core/store/series.h"
#include "core/store/trials.h"
#include "ui/all_pages.h"
#include "ui/plot/curve_plot.h"
#include "ui/shell/main_window.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTimer>

#include <atomic>
#include <cmath>
#include <thread>

using namespace widthwise;
using namespace widthwise::bench;
using namespace widthwise::ui;
using namespace std::chrono_literals;

namespace {

constexpr int trials = 1000;
constexpr int points = 10'000;
constexpr int pointsPerSecond = 20'000;
constexpr auto writeEvery = 100ms;
constexpr auto beatEvery = 5ms;

/// How late a timer of the window's thread comes.
class Heartbeat : public QObject {
public:
    explicit Heartbeat(QObject* parent = nullptr) : QObject(parent)
    {
        m_timer.setTimerType(Qt::PreciseTimer);
        m_timer.setInterval(beatEvery);
        connect(&m_timer, &QTimer::timeout, this, [this] {
            const double late = double(m_clock.nsecsElapsed()) * 1e-6 - double(beatEvery.count());
            m_clock.start();
            m_lateness.add(std::max(0.0, late));
        });
    }
    void start()
    {
        m_lateness = {};
        m_clock.start();
        m_timer.start();
    }
    const Sample& lateness() const { return m_lateness; }

private:
    QTimer m_timer;
    QElapsedTimer m_clock;
    Sample m_lateness;
};

/// A driver's writes: `pointsPerSecond` into the metric that is shown, spread over 100 of the trials.
class Writer {
public:
    Writer(const std::string& file, std::int64_t experiment)
        : m_thread([this, file, experiment] { run(file, experiment); })
    {
    }
    ~Writer()
    {
        m_stop = true;
        m_thread.join();
    }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    std::int64_t written() const { return m_written; }

private:
    void run(const std::string& file, std::int64_t experiment)
    {
        constexpr int live = 100;
        constexpr int each = int(pointsPerSecond * writeEvery.count() / 1000) / live;
        Database database(file);
        SeriesTable series(database);
        std::vector<std::int64_t> ids;
        for (const TrialRecord& record : Trials(database).all(experiment))
            if (record.trial.number < live)
                ids.push_back(record.id);
        std::int64_t step = 10 * points;
        auto next = std::chrono::steady_clock::now();
        while (!m_stop) {
            Transaction transaction(database);
            for (const std::int64_t id : ids) {
                std::vector<Point> more;
                for (int i = 0; i < each; ++i)
                    more.push_back({step + std::int64_t(i), 0.3 + 0.01 * std::sin(double(step))});
                series.append(id, {{"val/loss", more}});
                m_written += each;
            }
            transaction.commit();
            step += std::int64_t(each);
            next += writeEvery;
            std::this_thread::sleep_until(next);
        }
    }

    std::atomic<bool> m_stop = false;
    std::atomic<std::int64_t> m_written = 0;
    std::thread m_thread;
};

template <class Condition>
bool waitFor(const Condition& condition, std::chrono::seconds patience)
{
    QElapsedTimer clock;
    clock.start();
    while (!condition() && clock.elapsed() < std::chrono::milliseconds(patience).count())
        QApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents, 5);
    return condition();
}

void rest(std::chrono::seconds time)
{
    waitFor([] { return false; }, time);
}

void reportLateness(const std::string& figure, const Sample& lateness, const Sample& idle)
{
    report({figure + ", median", lateness.median(), "ms", Reference{"idle window", idle.median()}});
    report({figure + ", p95", lateness.p95(), "ms", Reference{"idle window", idle.p95()}});
    report({figure + ", max", lateness.max(), "ms", Reference{"idle window", idle.max()}, atMost(50)});
}

} // namespace

int main(int argc, char** argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QTemporaryDir home;
    qputenv("XDG_CONFIG_HOME", home.path().toLocal8Bit());
    QApplication application(argc, argv);
    QApplication::setOrganizationName(QStringLiteral("widthwise-bench"));

    const ScratchFolder folder;
    const std::string file = folder.file("desktop.db");
    const std::int64_t experiment = plant(file, {.trials = trials, .points = points});

    Heartbeat heartbeat;
    const Stopwatch watch;
    Theme::instance().apply(Theme::Mode::Light);
    StoreClient client(QString::fromStdString(file));
    std::size_t taken = 0;
    QObject::connect(&client, &StoreClient::seriesChanged, &client, [&taken](const SeriesUpdatePtr& update) {
        if (update->complete)
            taken = 0;
        for (const CurvePoints& curve : update->curves)
            taken += curve.points.size();
    });
    MainWindow window(client);
    addAllPages(window, client);
    window.resize(1200, 900);
    auto* tabs = window.findChild<QTabWidget*>(QStringLiteral("pages"));
    tabs->setCurrentWidget(tabs->findChild<QWidget*>(QStringLiteral("monitor")));
    window.show();
    heartbeat.start();
    auto* table = window.findChild<QTableView*>(QStringLiteral("trials"));
    auto* plot = window.findChild<CurvePlot*>(QStringLiteral("curves"));
    int pictures = 0;
    QObject::connect(plot, &CurvePlot::shown, &window, [&pictures] { ++pictures; });
    const bool painted =
        waitFor([&] { return table->model()->rowCount() == trials && pictures > 0 && taken > 0; }, 60s);
    window.grab();
    const double firstPaint = watch.seconds();
    const std::size_t all = std::size_t(trials) * points;
    const bool complete = waitFor([&] { return taken >= all; }, 120s);
    const int before = pictures;
    waitFor([&] { return pictures > before; }, 10s);
    const double allCurves = watch.seconds();
    const Sample opening = heartbeat.lateness();
    if (!painted || !complete) {
        std::fprintf(stderr, "the desktop never showed the whole store: %zu of %zu points\n", taken, all);
        return 1;
    }

    heartbeat.start();
    rest(3s);
    const Sample idle = heartbeat.lateness();
    heartbeat.start();
    const Stopwatch writing;
    std::int64_t written = 0;
    {
        const Writer writer(file, experiment);
        rest(10s);
        written = writer.written();
    }
    const double rate = double(written) / writing.seconds();
    const Sample busy = heartbeat.lateness();

    report({"first paint: trials and first curves", 1e3 * firstPaint, "ms", lateness(), atMost(1000)});
    report({"all 1,000 curves of 10,000 points", allCurves, "s"});
    reportLateness("timer lateness while opening", opening, idle);
    report({"points written meanwhile", rate, "1/s", Reference{"asked for", pointsPerSecond},
            ratioAtLeast(0.95)});
    reportLateness("timer lateness while written to", busy, idle);
    return 0;
}
