// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/series.h"

#include "store_fixture.h"

#include <QProcess>
#include <QTest>

#include <SQLiteCpp/SQLiteCpp.h>

#include <atomic>
#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <thread>

using namespace widthwise;
using namespace widthwise::test;

namespace {

constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

double valueAt(std::int64_t step)
{
    return std::sin(0.01 * step) / (1.0 + step);
}

std::vector<Point> pointsFrom(std::int64_t first, std::size_t count)
{
    std::vector<Point> points;
    for (std::int64_t step = first; points.size() < count; ++step)
        points.push_back({step, valueAt(step)});
    return points;
}

/// One trial in a fresh store.
struct OneTrial {
    StoreFolder folder;
    Database database{folder.file()};
    std::int64_t experiment = addExperiment(database);
    std::int64_t trial = addTrial(database, experiment);
    SeriesTable series{database};

    std::int64_t append(const std::vector<Point>& points, const std::string& metric = "loss")
    {
        Transaction transaction(database);
        const std::int64_t leftOut = series.append(trial, {{metric, points}});
        transaction.commit();
        return leftOut;
    }
    SeriesSummary summary(const std::string& metric = "loss")
    {
        return series.summaries(experiment, metric).at(0);
    }
    Points read(std::int64_t first = 0) { return series.read(summary().id, first); }
    int chunks(const std::string& condition = "1")
    {
        return database.handle().execAndGet("SELECT count(*) FROM chunk WHERE " + condition).getInt();
    }
};

/// True where `points` are those of pointsFrom(0, …) from `first` on.
bool isRun(const Points& points, std::int64_t first, std::size_t count)
{
    if (points.steps.size() != count || points.values.size() != count)
        return false;
    for (std::int64_t step = first; const double value : points.values) {
        if (points.steps[static_cast<std::size_t>(step - first)] != step || value != valueAt(step))
            return false;
        ++step;
    }
    return true;
}

bool sameBits(double a, double b)
{
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

} // namespace

class TestSeries : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sealsAtChunkBorders_data()
    {
        QTest::addColumn<int>("total");
        QTest::addColumn<int>("batch");
        for (const int total : {1, 1023, 1024, 1025, 2047, 2048, 2049, 5000}) {
            for (const int batch : {1, 3, 100, 1024, 5000})
                QTest::addRow("%d points by %d", total, batch) << total << batch;
        }
    }

    void sealsAtChunkBorders()
    {
        QFETCH(const int, total);
        QFETCH(const int, batch);
        OneTrial store;
        Transaction transaction(store.database);
        for (int done = 0; done < total; done += batch) {
            const auto count = static_cast<std::size_t>(std::min(batch, total - done));
            store.series.append(store.trial, {{"loss", pointsFrom(static_cast<std::int64_t>(done), count)}});
        }
        transaction.commit();
        QVERIFY(isRun(store.read(), 0, static_cast<std::size_t>(total)));
        QCOMPARE(store.chunks("points = 1024"), total / 1024);
        QVERIFY(store.chunks("points < 1024") <= 32);
        QCOMPARE(store.chunks("points < 1024") > 0, total % 1024 > 0);
        QCOMPARE(store.summary().count, std::int64_t{total});
    }

    void readsFromAnyIndex()
    {
        OneTrial store;
        for (std::int64_t first = 0; first < 2500; first += 100)
            store.append(pointsFrom(first, 100));
        for (const std::int64_t first : {0, 1, 1023, 1024, 1025, 2047, 2048, 2049, 2400, 2499, 2500})
            QVERIFY2(isRun(store.read(first), first, 2500 - first), QByteArray::number(first).constData());
        QCOMPARE(store.read(9999).size(), std::size_t{0});
        QCOMPARE(store.series.read(12345).size(), std::size_t{0});
    }

    void readsWhatIsThereWhateverItsSummaryClaims()
    {
        OneTrial store;
        store.append(pointsFrom(0, 1500));
        for (const char* claim : {"9223372036854775807", "-1", "3"}) {
            SQLite::Database(store.folder.file(), SQLite::OPEN_READWRITE)
                .exec(std::string("UPDATE series SET count = ") + claim);
            const std::int64_t id = store.series.ofTrial(store.trial).at(0).id;
            QCOMPARE(store.series.read(id).size(), std::size_t(1500));
            QCOMPARE(store.series.read(id, 1400).size(), std::size_t(100));
            QCOMPARE(store.series.read(id, 100, 10).size(), std::size_t(924));
        }
    }
    void keepsEveryBitOfEveryValue()
    {
        const std::vector<double> values{notANumber,
                                         -notANumber,
                                         infinity,
                                         -infinity,
                                         -0.0,
                                         0.0,
                                         5e-324,
                                         1.7976931348623157e308,
                                         std::bit_cast<double>(0x7ff0000000abcdefULL),
                                         1.0};
        OneTrial store;
        std::int64_t step = 0;
        std::vector<Point> points;
        for (const double value : values)
            points.push_back({step++, value});
        store.append(points);
        const auto verify = [&](std::size_t total) {
            const Points back = store.read();
            QCOMPARE(back.size(), total);
            for (std::size_t i = 0; i < values.size(); ++i)
                QVERIFY(sameBits(back.values[i], values[i]));
        };
        verify(values.size());
        store.append(pointsFrom(step, 1024));
        verify(values.size() + 1024);
    }

    void keepsTheWholeRangeOfSteps()
    {
        OneTrial store;
        const std::int64_t greatest = std::numeric_limits<std::int64_t>::max();
        QCOMPARE(store.append({{0, 1.0}, {greatest - 1, 2.0}, {greatest, 3.0}}), std::int64_t{0});
        QVERIFY(store.read().steps == (std::vector<std::int64_t>{0, greatest - 1, greatest}));
        QCOMPARE(store.summary().lastStep, greatest);
        QCOMPARE(store.append({{0, 1.0}}), std::int64_t{1});
    }

    void keepsOldChunksAndSmallStepsInFourBytesEach()
    {
        OneTrial store;
        store.append({{1, 0.5}, {4'294'967'295, 0.25}});
        QCOMPARE(store.chunks("length(steps) = 4 * points"), 1);
        store.append({{5'000'000'000, 0.125}, {5'000'000'001, 0.0625}});
        QCOMPARE(store.chunks("length(steps) = 8 * points"), 1);
        QVERIFY(store.read().steps ==
                (std::vector<std::int64_t>{1, 4'294'967'295, 5'000'000'000, 5'000'000'001}));
        QVERIFY(store.series.read(store.summary().id, 3).steps == (std::vector<std::int64_t>{5'000'000'001}));
        QCOMPARE(store.summary().minimumStep, 5'000'000'001);
    }

    void leavesOutStepsThatDoNotRise()
    {
        OneTrial store;
        QCOMPARE(store.append({{5, 0.5}, {5, 9.0}, {4, 9.0}, {6, 0.6}}), std::int64_t{2});
        QCOMPARE(store.append({{6, 9.0}, {0, 9.0}}), std::int64_t{2});
        QCOMPARE(store.append({{7, 0.7}}), std::int64_t{0});
        const Points points = store.read();
        QVERIFY(points.steps == (std::vector<std::int64_t>{5, 6, 7}));
        QVERIFY(points.values == (std::vector<double>{0.5, 0.6, 0.7}));
        QCOMPARE(store.summary().count, std::int64_t{3});
    }

    void summarises()
    {
        OneTrial store;
        store.append({{1, notANumber}, {2, 0.5}, {3, -infinity}});
        store.append({{4, 0.25}, {5, 0.75}, {6, 0.25}, {7, notANumber}});
        const SeriesSummary summary = store.summary();
        QCOMPARE(summary.trial, store.trial);
        QCOMPARE(summary.trialNumber, 0);
        QCOMPARE(summary.metric, std::string("loss"));
        QCOMPARE(summary.count, std::int64_t{7});
        QCOMPARE(summary.nonFinite, std::int64_t{3});
        QCOMPARE(summary.lastStep, 7U);
        QVERIFY(std::isnan(summary.last));
        QVERIFY(summary.minimum == 0.25);
        QCOMPARE(summary.minimumStep, 4U);
        QVERIFY(summary.maximum == 0.75);
        QCOMPARE(summary.maximumStep, 5U);
        store.append({{8, infinity}});
        QCOMPARE(store.summary().last, infinity);
        store.append({{1, notANumber}}, "all/nan");
        QVERIFY(!store.summary("all/nan").minimum);
        QVERIFY(!store.summary("all/nan").maximum);
    }

    void keepsMetricsAndTrialsApart()
    {
        OneTrial store;
        const std::int64_t second = addTrial(store.database, store.experiment, 1);
        const std::int64_t other = addTrial(store.database, addExperiment(store.database, "other"), 0);
        const std::string odd = "coordinate/encoder.0 'µ'\n\"";
        store.series.append(store.trial, {{"loss", {{1, 1.0}}}, {odd, {{1, 2.0}}}});
        store.series.append(second, {{"loss", {{1, 3.0}, {2, 4.0}}}});
        store.series.append(other, {{"loss", {{1, 5.0}}}, {"elsewhere", {}}});
        QVERIFY(store.series.metrics(store.experiment) == (std::vector<std::string>{odd, "loss"}));
        const std::vector<SeriesSummary> all = store.series.summaries(store.experiment);
        QCOMPARE(all.size(), std::size_t{3});
        QCOMPARE(all[0].metric, odd);
        QCOMPARE(all[2].trialNumber, 1);
        QVERIFY(store.series.read(all[0].id).values == std::vector{2.0});
        QVERIFY(store.series.read(all[2].id).values == (std::vector{3.0, 4.0}));
        QCOMPARE(store.series.summaries(store.experiment, "loss").size(), std::size_t{2});
        QVERIFY(store.series.summaries(store.experiment, "elsewhere").empty());
    }

    void tellsWhichSeriesChanged()
    {
        OneTrial store;
        const std::int64_t second = addTrial(store.database, store.experiment, 1);
        for (const std::int64_t trial : {store.trial, second})
            store.series.append(trial, {{"loss", {{1, 1.0}}}, {"accuracy", {{1, 1.0}}}});
        const auto changed = [&store](std::int64_t revision) {
            return store.series.changedSince(store.experiment, "loss", revision);
        };
        QCOMPARE(changed(0).size(), std::size_t{2});
        const std::int64_t seen = std::max(changed(0)[0].revision, changed(0)[1].revision);
        QVERIFY(changed(seen).empty());
        store.series.append(second, {{"accuracy", {{2, 1.0}}}, {"loss", {{1, 9.0}}}});
        QVERIFY(changed(seen).empty());
        store.series.append(second, {{"loss", {{2, 2.0}}}});
        QCOMPARE(changed(seen).size(), std::size_t{1});
        QCOMPARE(changed(seen)[0].trial, second);
        QCOMPARE(changed(seen)[0].count, std::int64_t{2});
    }

    void clearingShowsAndStartsAnew()
    {
        OneTrial store;
        store.append(pointsFrom(0, 3000));
        store.series.setReadPosition(store.trial, {1, 77, "x"});
        const SeriesSummary before = store.summary();
        {
            Transaction transaction(store.database);
            store.series.clear(store.trial);
            transaction.commit();
        }
        QCOMPARE(store.chunks(), 0);
        QVERIFY(!store.series.readPosition(store.trial));
        QVERIFY(store.series.summaries(store.experiment).empty());
        const auto changed = store.series.changedSince(store.experiment, "loss", before.revision);
        QCOMPARE(changed.size(), std::size_t{1});
        QCOMPARE(changed[0].id, before.id);
        QCOMPARE(changed[0].count, std::int64_t{0});
        QVERIFY(changed[0].generation > before.generation);

        store.append(pointsFrom(0, 10));
        QVERIFY(isRun(store.read(), 0, 10));
        QCOMPARE(store.summary().count, std::int64_t{10});
        QVERIFY(store.summary().generation == changed[0].generation);
    }

    void keepsReadPositions()
    {
        OneTrial store;
        QVERIFY(!store.series.readPosition(store.trial));
        const std::string state("{\"a\":1}\0\xff ü", 12);
        store.series.setReadPosition(store.trial, {3, std::int64_t{1} << 40, state});
        const std::optional<ReadPosition> position = store.series.readPosition(store.trial);
        QCOMPARE(position->attempt, 3);
        QCOMPARE(position->offset, std::int64_t{1} << 40);
        QCOMPARE(position->collector, state);
    }

    void refusesPointsOfNoTrial()
    {
        OneTrial store;
        QVERIFY_EXCEPTION_THROWN(store.series.append(999, {{"loss", {{1, 1.0}}}}), StoreError);
    }

    void anAbandonedTransactionLeavesNoTrace()
    {
        OneTrial store;
        store.append(pointsFrom(0, 1000));
        {
            const Transaction abandoned(store.database);
            store.series.append(store.trial, {{"loss", pointsFrom(1000, 500)}, {"new", pointsFrom(0, 5)}});
        }
        QVERIFY(isRun(store.read(), 0, 1000));
        store.append(pointsFrom(1000, 100));
        QVERIFY(isRun(store.read(), 0, 1100));
        QVERIFY(store.series.metrics(store.experiment) == std::vector<std::string>{"loss"});
    }

    void goesOnAfterSeveralWriters()
    {
        OneTrial store;
        std::int64_t written = 0;
        for (int writer = 0; writer < 40; ++writer, written += 77) {
            Database database(store.folder.file());
            SeriesTable(database).append(store.trial, {{"loss", pointsFrom(written, 77)}});
        }
        QVERIFY(isRun(store.read(), 0, written));
        QCOMPARE(store.chunks("points = 1024"), static_cast<int>(written / 1024));
    }

    /// The same points in random batches, rolled back at random, whatever way they come.
    void isTheSameForAnyBatches()
    {
        std::mt19937 random(7);
        for (int round = 0; round < 10; ++round) {
            OneTrial store;
            std::int64_t written = 0;
            while (written < 4000) {
                const std::size_t count =
                    std::uniform_int_distribution<std::size_t>(1, round < 5 ? 40 : 1500)(random);
                Transaction transaction(store.database);
                store.series.append(store.trial, {{"loss", pointsFrom(written, count)}});
                if (random() % 4 == 0)
                    continue;
                transaction.commit();
                written += static_cast<std::int64_t>(count);
            }
            QVERIFY(isRun(store.read(), 0, written));
        }
    }

    void survivesKilledWriters()
    {
        OneTrial store;
        std::mt19937 random(11);
        for (int round = 0; round < 12; ++round) {
            QProcess writer;
            writer.start(QStringLiteral(STORE_VICTIM),
                         {QStringLiteral("write"), QString::fromStdString(store.folder.file()),
                          QString::number(store.trial)});
            QVERIFY(writer.waitForStarted());
            const std::int64_t before = positionOf(store);
            QTRY_VERIFY(positionOf(store) > before);
            QTest::qSleep(static_cast<int>(random() % 30));
            writer.kill();
            QVERIFY(writer.waitForFinished());
            QCOMPARE(writer.exitStatus(), QProcess::CrashExit);

            const std::int64_t total = positionOf(store);
            for (const char* metric : {"loss", "accuracy"}) {
                const SeriesSummary summary = store.summary(metric);
                QCOMPARE(summary.count, total);
                const Points points = store.series.read(summary.id);
                QCOMPARE(points.size(), static_cast<std::size_t>(total));
                for (std::int64_t step = 0; const double value : points.values) {
                    QVERIFY(points.steps[static_cast<std::size_t>(step)] == step);
                    QCOMPARE(value, 0.5 * static_cast<double>(step++));
                }
            }
            QCOMPARE(store.database.handle().execAndGet("PRAGMA integrity_check").getString(),
                     std::string("ok"));
        }
    }

    void readersSeeWholeTransactionsWhileAnotherWrites()
    {
        OneTrial store;
        store.append(pointsFrom(0, 1));
        const std::int64_t id = store.summary().id;
        constexpr std::int64_t total = 20000;
        std::atomic<bool> writing = true;
        std::atomic<int> faults = 0;
        std::thread writer([&] {
            Database database(store.folder.file());
            SeriesTable series(database);
            for (std::int64_t done = 1; done < total; done += 50) {
                Transaction transaction(database);
                series.append(store.trial,
                              {{"loss", pointsFrom(done, std::min<std::size_t>(50, total - done))}});
                transaction.commit();
            }
            writing = false;
        });
        std::vector<std::thread> readers;
        for (int i = 0; i < 2; ++i) {
            readers.emplace_back([&] {
                Database database(store.folder.file(), Database::Mode::ReadOnly);
                SeriesTable series(database);
                std::int64_t seen = 0;
                while (writing || seen < total) {
                    const Points fresh = series.read(id, seen);
                    const bool whole = fresh.size() % 50 == 0 || seen == 0 || seen + fresh.size() == total;
                    faults += isRun(fresh, seen, fresh.size()) && whole ? 0 : 1;
                    seen += static_cast<std::int64_t>(fresh.size());
                }
                faults += seen == total ? 0 : 1;
            });
        }
        writer.join();
        for (std::thread& reader : readers)
            reader.join();
        QCOMPARE(faults.load(), 0);
    }

private:
    static std::int64_t positionOf(OneTrial& store)
    {
        const std::optional<ReadPosition> position = store.series.readPosition(store.trial);
        return position ? position->offset : 0;
    }
};

QTEST_GUILESS_MAIN(TestSeries)
#include "tst_series.moc"
