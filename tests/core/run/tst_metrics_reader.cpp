// SPDX-License-Identifier: GPL-3.0-or-later
// Files that programs replace, write anew, or begin elsewhere: nothing is lost, and nothing comes twice.
#include "core/host/local_host.h"
#include "core/run/metrics_reader.h"
#include "core/run/point_sieve.h"
#include "core/store/experiments.h"
#include "core/store/trials.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <filesystem>
#include <fstream>

using namespace widthwise;

namespace {

/// A trial whose metrics are read into a store, by a new reader each time where `restarts`.
class FollowedTrial {
public:
    FollowedTrial(Collector collector, bool restarts)
        : m_collector(std::move(collector)), m_restarts(restarts)
    {
        ExperimentRecord record;
        record.name = "test";
        m_trial = Trials(m_database).save(Experiments(m_database).add(record), {});
        m_experiment = Experiments(m_database).find("test")->id;
    }

    std::string path(const std::string& name) const { return m_folder.path().toStdString() + "/" + name; }
    void write(const std::string& name, const std::string& text, bool append = false) const
    {
        std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
        std::ofstream(path(name), append ? std::ios::app : std::ios::trunc) << text;
    }
    /// As os.replace does.
    void replace(const std::string& name, const std::string& text) const
    {
        write(name + ".new", text);
        std::filesystem::rename(path(name + ".new"), path(name));
    }

    void read(bool atEnd = false, std::int64_t limit = 1 << 20)
    {
        SeriesTable table(m_database);
        if (!m_reader || m_restarts)
            m_reader.emplace(m_collector, m_folder.path().toStdString(),
                             table.readPosition(m_trial).value_or(ReadPosition{}));
        do {
            m_reader->take(m_host.readFiles(m_reader->requests(limit, atEnd)));
            if (!m_reader->hasNews())
                continue;
            auto points = m_reader->takePoints();
            m_reader->note(sift(table, m_trial, points));
            Transaction transaction(m_database);
            QCOMPARE(table.append(m_trial, points), 0);
            table.setReadPosition(m_trial, m_reader->position());
            transaction.commit();
        } while (!m_reader->drained());
    }

    std::string values(const std::string& metric = "loss")
    {
        std::string text;
        for (const SeriesSummary& summary : SeriesTable(m_database).summaries(m_experiment, metric)) {
            const Points points = SeriesTable(m_database).read(summary.id);
            for (std::size_t i = 0; i < points.size(); ++i)
                text += (text.empty() ? "" : " ") + std::to_string(points.steps[i]) + '=' +
                        toText(Value(points.values[i]));
        }
        return text;
    }
    std::string notices() const { return toText(m_reader->notices()); }

private:
    QTemporaryDir m_folder;
    QTemporaryDir m_storeFolder;
    Database m_database{m_storeFolder.filePath(QStringLiteral("x.db")).toStdString()};
    LocalHost m_host;
    Collector m_collector;
    bool m_restarts;
    std::int64_t m_trial = 0;
    std::int64_t m_experiment = 0;
    std::optional<MetricsReader> m_reader;
};

std::string csvRows(int first, int last, const std::string& header = "step,loss\n")
{
    std::string text = header;
    for (int step = first; step <= last; ++step)
        text += std::to_string(step) + ",0." + std::to_string(step) + '\n';
    return text;
}

std::string jsonRows(int first, int last)
{
    std::string text;
    for (int step = first; step <= last; ++step)
        text +=
            "{\"step\":" + std::to_string(step) + ",\"metrics\":{\"loss\":0." + std::to_string(step) + "}}\n";
    return text;
}

std::string rows(const std::string& kind, int first, int last)
{
    return kind == "csv" ? csvRows(first, last) : jsonRows(first, last);
}

std::string expectedValues(int first, int last)
{
    std::string text;
    for (int step = first; step <= last; ++step)
        text += (text.empty() ? "" : " ") + std::to_string(step) + '=' +
                toText(Value(std::stod("0." + std::to_string(step))));
    return text;
}

} // namespace

class TestMetricsReader : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsAReplacedFile_data()
    {
        QTest::addColumn<std::string>("kind");
        QTest::addColumn<bool>("renamed");
        QTest::addColumn<bool>("restarts");
        QTest::addColumn<int>("before");
        QTest::addColumn<int>("first");
        QTest::addColumn<int>("last");
        for (const char* kind : {"csv", "jsonl"})
            for (const bool renamed : {true, false})
                for (const bool restarts : {false, true}) {
                    const std::string how = std::string(kind) + (renamed ? ", renamed" : ", in place") +
                                            (restarts ? ", restarted" : "");
                    const auto row = [&](const std::string& name, int before, int first, int last) {
                        QTest::newRow((name + ", " + how).c_str())
                            << std::string(kind) << renamed << restarts << before << first << last;
                    };
                    row("by 40 rows", 20, 21, 60);
                    row("by more of the same", 20, 1, 40);
                    row("by one of equal length", 19, 50, 59);
                    row("by a shorter one", 20, 21, 24);
                    row("by a much longer one", 20, 21, 900);
                    row("after much", 900, 901, 2500);
                }
    }

    void readsAReplacedFile()
    {
        QFETCH(std::string, kind);
        QFETCH(bool, renamed);
        QFETCH(bool, restarts);
        QFETCH(int, before);
        QFETCH(int, first);
        QFETCH(int, last);
        const std::string name = "metrics." + kind;
        FollowedTrial trial(kind == "csv" ? Collector(CsvCollector{name}) : Collector(JsonLinesCollector{}),
                            restarts);
        trial.write(name, rows(kind, 1, before));
        trial.read();
        trial.read();
        const std::string anew = rows(kind, first, last);
        if (renamed)
            trial.replace(name, anew);
        else
            trial.write(name, anew);
        trial.read();
        trial.read(true);
        const std::string kept = expectedValues(1, std::min(before, first > before ? before : last));
        QCOMPARE(trial.values(), kept + ' ' + expectedValues(std::max(first, before + 1), last));
        QCOMPARE(trial.notices(), std::string());
    }

    /// At the latest when the trial has ended, as the file's time may have been too coarse to tell.
    void readsAFileOfEqualLengthWrittenAnewAtOnce()
    {
        FollowedTrial trial(CsvCollector{"m.csv"}, false);
        trial.write("m.csv", "epoch,loss\n0,0.5\n1,0.4\n");
        trial.read();
        const auto time = std::filesystem::last_write_time(trial.path("m.csv"));
        trial.write("m.csv", "epoch,loss\n2,0.3\n3,0.2\n");
        std::filesystem::last_write_time(trial.path("m.csv"), time);
        trial.read(true);
        QCOMPARE(trial.values(), std::string("0=0.5 1=0.4 2=0.3 3=0.2"));
    }

    void goesOnByEpochsInAFileOfAResumedProgram()
    {
        for (const bool restarts : {false, true}) {
            FollowedTrial trial(CsvCollector{"metrics.csv"}, restarts);
            trial.write("metrics.csv", "epoch,loss\n0,0.9\n1,0.8\n2,0.7\n3,0.65\n4,0.6\n");
            trial.read();
            trial.replace("metrics.csv", "epoch,loss\n5,0.55\n6,0.5\n7,0.4\n");
            trial.read();
            trial.read(true);
            QCOMPARE(trial.values(), std::string("0=0.9 1=0.8 2=0.7 3=0.65 4=0.6 5=0.55 6=0.5 7=0.4"));
            QCOMPARE(trial.notices(), std::string());
        }
    }

    void readsMoreColumnsOfALightningThatWroteTheFileAnew()
    {
        FollowedTrial trial(CsvCollector{"metrics.csv"}, false);
        trial.write("metrics.csv", "step,loss\n1,0.5\n2,0.4\n");
        trial.read();
        trial.write("metrics.csv", "step,loss,val_loss\n1,0.5,\n2,0.4,\n2,,0.6\n3,0.3,\n");
        trial.read(true);
        QCOMPARE(trial.values(), std::string("1=0.5 2=0.4 3=0.3"));
        QCOMPARE(trial.values("val_loss"), std::string("2=0.6"));
        QCOMPARE(trial.notices(), std::string());
    }

    void dropsWhatCameOutOfOrderAndSaysSo()
    {
        for (const bool restarts : {false, true}) {
            FollowedTrial trial(CsvCollector{"metrics.csv"}, restarts);
            trial.write("metrics.csv", "step,val/loss\n0,0.9\n1,0.8\n2,0.7\n607500,0.6\n3,0.5\n");
            trial.read();
            QCOMPARE(trial.notices(),
                     std::string("1 value came out of order and was dropped: val/loss at step 3 "
                                 "after 607500"));
            trial.write("metrics.csv", "4,0.4\n5,0.3\n", true);
            trial.read(true);
            QCOMPARE(trial.values("val/loss"), std::string("0=0.9 1=0.8 2=0.7 607500=0.6"));
            QCOMPARE(trial.notices(), std::string("3 values came out of order and were dropped, the first is "
                                                  "val/loss at step 3 after 607500"));
        }
    }

    /// Output that names its step has that as a metric, too, which says nothing more.
    void countsTheStepAmongNoLostValues()
    {
        FollowedTrial trial(StdoutCollector{R"((\w+)=(\S+))"}, false);
        trial.write("stdout.log", "step=9 loss=0.5\nstep=1 loss=0.4\nstep=2 loss=0.3\nstep=3 loss=0.2\n");
        trial.read(true);
        QCOMPARE(trial.notices(), std::string("3 values came out of order and were dropped, the first is "
                                              "loss at step 1 after 9"));
    }

    void tellsAKnownStepWithAnotherValueFromARepeatedOne()
    {
        FollowedTrial trial(JsonLinesCollector{}, false);
        trial.write("metrics.jsonl",
                    "{\"step\":1,\"metrics\":{\"loss\":0.5}}\n{\"step\":2,\"metrics\":{\"loss\":NaN}}\n"
                    "{\"step\":2,\"metrics\":{\"loss\":NaN}}\n{\"step\":1,\"metrics\":{\"loss\":0.5}}\n");
        trial.read();
        QCOMPARE(trial.notices(), std::string());
        trial.write("metrics.jsonl",
                    "{\"step\":1,\"metrics\":{\"loss\":0.75}}\n{\"step\":3,\"metrics\":{\"loss\":0.1}}\n",
                    true);
        trial.read(true);
        QCOMPARE(trial.values(), std::string("1=0.5 2=.nan 3=0.1"));
        QCOMPARE(trial.notices(),
                 std::string("1 value came again for a step that was known, with another value, and "
                             "was dropped: loss at step 1: 0.75 after 0.5"));
    }

    void followsTheNewestOfAPattern()
    {
        for (const bool restarts : {false, true}) {
            FollowedTrial trial(CsvCollector{"lightning_logs/version_*/metrics.csv"}, restarts);
            trial.read();
            for (const int version : {0, 1, 9, 10}) {
                const std::string file = "lightning_logs/version_" + std::to_string(version) + "/metrics.csv";
                trial.write(file, csvRows(10 * version, 10 * version + 1));
                trial.read();
                trial.write(file, csvRows(10 * version + 2, 10 * version + 2, ""), true);
                trial.read();
            }
            trial.read(true);
            QCOMPARE(trial.values(), expectedValues(0, 2) + ' ' + expectedValues(10, 12) + ' ' +
                                         expectedValues(90, 92) + ' ' + expectedValues(100, 102));
            QCOMPARE(trial.notices(), std::string());
        }
    }

    void takesTheGreaterNumberOfFilesOfOneMoment()
    {
        FollowedTrial trial(CsvCollector{"v_?*/m.csv"}, false);
        const auto time = std::filesystem::file_time_type::clock::now();
        for (const char* file : {"v_9/m.csv", "v_10/m.csv", "v_2/m.csv"}) {
            trial.write(file, csvRows(std::string(file) == "v_10/m.csv" ? 10 : 1, 20));
            std::filesystem::last_write_time(trial.path(file), time);
        }
        trial.read(true);
        QCOMPARE(trial.values(), expectedValues(10, 20));
    }

    void passesOverFilesOfEarlierAttempts()
    {
        FollowedTrial trial(CsvCollector{"logs/*"}, false);
        trial.write("logs/m.csv.attempt-1", csvRows(1, 9));
        trial.read();
        QCOMPARE(trial.values(), std::string());
        trial.write("logs/m.csv", csvRows(1, 3));
        trial.read(true);
        QCOMPARE(trial.values(), expectedValues(1, 3));
    }

    void saysThatAFileWasNeverThere_data()
    {
        QTest::addColumn<std::string>("there");
        QTest::newRow("another number") << std::string("lightning_logs/version_1/metrics.csv");
        QTest::newRow("another folder") << std::string("metrics.csv");
        QTest::newRow("another name") << std::string("history.csv");
        QTest::newRow("nothing") << std::string();
    }

    void saysThatAFileWasNeverThere()
    {
        QFETCH(std::string, there);
        FollowedTrial trial(CsvCollector{"lightning_logs/version_0/metrics.csv"}, false);
        if (!there.empty())
            trial.write(there, csvRows(1, 3));
        trial.read();
        QCOMPARE(trial.notices(), std::string());
        trial.read(true);
        trial.read(true);
        QCOMPARE(trial.notices(), "the file lightning_logs/version_0/metrics.csv was never there" +
                                      (there.empty() ? std::string() : "; there is " + there));
    }

    void looksForOtherFilesOnlyWhereItsOwnIsMissing()
    {
        QTemporaryDir folder;
        MetricsReader reader(JsonLinesCollector{}, folder.path().toStdString(), {});
        const std::vector<FileRequest> first = reader.requests(1 << 20, true);
        QCOMPARE(first.size(), std::size_t(1)); // a listing of a host costs a process there
        QVERIFY(!first.front().listing);
        reader.take(std::vector<std::optional<FileSlice>>(1));
        QVERIFY(!reader.drained());
        QVERIFY(reader.requests(1 << 20, true).front().listing);
    }

    void saysNothingOfAFileThatIsEmpty()
    {
        FollowedTrial trial(JsonLinesCollector{}, false);
        trial.write("metrics.jsonl", "");
        trial.read(true);
        QCOMPARE(trial.notices(), std::string());
    }

    void readsTheLongestLineAtOnce()
    {
        FollowedTrial trial(TextCollector{R"((\w+)=([\d.]+))", "log"}, false);
        trial.write("log", std::string((2 << 20) - 100, '.') + " loss=0.5\nloss=0.25\n");
        trial.read(true, 4 << 20);
        QCOMPARE(trial.values(), std::string("0=0.5 1=0.25"));
    }
};

QTEST_APPLESS_MAIN(TestMetricsReader)
#include "tst_metrics_reader.moc"
