// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/test_store.h"
#include "tests/ui/ui_test.h"
#include "ui/feed/store_client.h"

#include <QFile>
#include <QSignalSpy>
#include <QTest>

#include <atomic>
#include <cmath>
#include <limits>
#include <map>
#include <thread>

using namespace widthwise;
using namespace widthwise::ui;

namespace {

/// What a client has told so far, put together as a view would.
struct Mirror : public QObject {
    explicit Mirror(StoreClient& client)
    {
        connect(&client, &StoreClient::experimentsChanged, this,
                [this](const ExperimentList& list) { experiments = list; });
        connect(&client, &StoreClient::trialsChanged, this, [this](const TrialsUpdatePtr& update) {
            if (update->complete)
                trials.clear();
            for (const TrialRecord& record : update->trials)
                trials[record.trial.number] = record.trial;
        });
        connect(&client, &StoreClient::metricsChanged, this,
                [this](const QStringList& list) { metrics = list; });
        connect(&client, &StoreClient::seriesChanged, this,
                [this](const SeriesUpdatePtr& update) { take(*update, curves); });
        connect(&client, &StoreClient::trialSeriesChanged, this,
                [this](const SeriesUpdatePtr& update) { take(*update, ofTrial); });
    }

    void take(const SeriesUpdate& update, std::map<int, Points>& into)
    {
        ++updates;
        std::size_t size = 0;
        if (update.complete)
            into.clear();
        for (const CurvePoints& curve : update.curves) {
            Points& points = into[curve.key];
            if (curve.restarted)
                points = {};
            points.steps.insert(points.steps.end(), curve.points.steps.begin(), curve.points.steps.end());
            points.values.insert(points.values.end(), curve.points.values.begin(), curve.points.values.end());
            size += curve.points.size();
        }
        largest = std::max(largest, size);
    }

    ExperimentList experiments;
    std::map<int, Trial> trials;
    QStringList metrics;
    std::map<int, Points> curves;
    std::map<int, Points> ofTrial;
    int updates = 0;
    std::size_t largest = 0;
};

} // namespace

class TestStoreClient : public UiTest {
    Q_OBJECT

private Q_SLOTS:
    void anEmptyStoreIsAnEmptyList();
    void followsWhatAnotherThreadWrites();
    void copiesAreExpectedBesideWhatIsPlanned();
    void aClearedSeriesStartsAgain();
    void largeSeriesArriveInBoundedBatches();
    void switchingExperimentsForgetsTheOldOne();
    void metricsOfOneTrial();
    void outputOfTheFollowedTrial();
    void aQueryAnswersWhileItsAskerLives();
    void writesWhatItIsAsked();
    void anExperimentIsAddedReadyToBeDriven();
    void aDraftWithErrorsIsNotReady();
    void aFileThatIsNoStoreIsToldOnce();
};

void TestStoreClient::anEmptyStoreIsAnEmptyList()
{
    TestStore store;
    StoreClient client(store.file());
    Mirror mirror(client);
    QTRY_VERIFY(mirror.experiments);
    QVERIFY(mirror.experiments->empty());
}

void TestStoreClient::followsWhatAnotherThreadWrites()
{
    constexpr int trials = 5;
    constexpr int points = 3000;
    TestStore store;
    const std::int64_t experiment = store.addExperiment("search");
    StoreClient client(store.file());
    Mirror mirror(client);
    client.follow(experiment);
    client.followMetric(QStringLiteral("val/loss"));

    std::thread writer([&] {
        for (int round = 0; round < points / 100; ++round)
            for (int number = 0; number < trials; ++number) {
                const std::int64_t id = store.saveTrial(experiment, number, TrialState::Running);
                store.append(id, "val/loss", fallingPoints(std::int64_t(round * 100), 100, 0.1 * number));
            }
        for (int number = 0; number < trials; ++number)
            store.saveTrial(experiment, number, TrialState::Completed, 0.1 * number);
    });
    writer.join();

    QTRY_COMPARE(mirror.trials.size(), std::size_t(trials));
    QTRY_COMPARE(mirror.trials.at(trials - 1).state, TrialState::Completed);
    QTRY_COMPARE(mirror.curves[trials - 1].size(), std::size_t(points));
    for (int number = 0; number < trials; ++number) {
        const Points& curve = mirror.curves.at(number);
        QCOMPARE(curve.size(), std::size_t(points));
        for (std::size_t i = 0; i < curve.size(); ++i)
            QCOMPARE(curve.steps[i], std::int64_t(i));
        QCOMPARE(curve.values.back(), fallingPoints(points - 1, 1, 0.1 * number).front().value);
    }
    QCOMPARE(mirror.metrics, QStringList{QStringLiteral("val/loss")});
    QCOMPARE(mirror.experiments->front().counts.at(std::size_t(TrialState::Completed)), trials);
    QCOMPARE(mirror.experiments->front().expected, std::optional(ExpectedTrials{10}));
}

void TestStoreClient::copiesAreExpectedBesideWhatIsPlanned()
{
    TestStore store;
    const std::int64_t id = store.addExperiment("population");
    Database database(store.file().toStdString());
    Experiments(database).setYaml(id, "population",
                                  std::string(TestStore::experimentText()) +
                                      "schedule: {type: pbt, min_steps: 10, max_steps: 100}\n");
    const auto add = [&](int number, std::optional<int> from) {
        Trial trial;
        trial.number = number;
        trial.promotedFrom = from;
        Trials(database).save(id, trial);
    };
    add(0, {});
    StoreClient client(store.file());
    Mirror mirror(client);
    const auto expected = [&] {
        return mirror.experiments ? mirror.experiments->front().expected : std::nullopt;
    };
    QTRY_COMPARE(expected(), std::optional(ExpectedTrials{10, true}));
    add(1, 0);
    QTRY_COMPARE(expected(), std::optional(ExpectedTrials{11, true}));
    store.setState(id, ExperimentState::Stopped);
    QTRY_COMPARE(expected(), std::optional(ExpectedTrials{11}));
}

void TestStoreClient::aClearedSeriesStartsAgain()
{
    TestStore store;
    const std::int64_t experiment = store.addExperiment("search");
    const std::int64_t trial = store.saveTrial(experiment, 0, TrialState::Running);
    store.append(trial, "val/loss", fallingPoints(0, 50));
    StoreClient client(store.file());
    Mirror mirror(client);
    client.follow(experiment);
    client.followMetric(QStringLiteral("val/loss"));
    QTRY_COMPARE(mirror.curves[0].size(), std::size_t(50));

    store.clear(trial);
    store.append(trial, "val/loss", fallingPoints(0, 80, 7));
    QTRY_COMPARE(mirror.curves[0].size(), std::size_t(80));
    QCOMPARE(mirror.curves[0].values, [] {
        std::vector<double> values;
        for (const Point& point : fallingPoints(0, 80, 7))
            values.push_back(point.value);
        return values;
    }());

    store.append(trial, "val/loss", {{100, std::numeric_limits<double>::quiet_NaN()}, {101, HUGE_VAL}});
    QTRY_COMPARE(mirror.curves[0].size(), std::size_t(82));
    QVERIFY(std::isnan(mirror.curves[0].values[80]));
    QCOMPARE(mirror.curves[0].values[81], HUGE_VAL);
}

void TestStoreClient::largeSeriesArriveInBoundedBatches()
{
    constexpr int trials = 30;
    constexpr int points = 20'000;
    TestStore store;
    const std::int64_t experiment = store.addExperiment("search");
    for (int number = 0; number < trials; ++number)
        store.append(store.saveTrial(experiment, number, TrialState::Completed), "val/loss",
                     fallingPoints(0, points));
    StoreClient client(store.file());
    Mirror mirror(client);
    client.follow(experiment);
    client.followMetric(QStringLiteral("val/loss"));
    QTRY_COMPARE_WITH_TIMEOUT(mirror.curves[trials - 1].size(), std::size_t(points), 20'000);
    for (int number = 0; number < trials; ++number)
        QCOMPARE(mirror.curves[number].size(), std::size_t(points));
    QVERIFY2(mirror.updates >= 5, qPrintable(QString::number(mirror.updates)));
    QVERIFY2(mirror.largest < 150'000, qPrintable(QString::number(mirror.largest)));
}

void TestStoreClient::switchingExperimentsForgetsTheOldOne()
{
    TestStore store;
    const std::int64_t first = store.addExperiment("first");
    const std::int64_t second = store.addExperiment("second");
    store.append(store.saveTrial(first, 0, TrialState::Running), "val/loss", fallingPoints(0, 10));
    store.append(store.saveTrial(first, 1, TrialState::Running), "val/loss", fallingPoints(0, 10));
    store.append(store.saveTrial(second, 0, TrialState::Running), "val/loss", fallingPoints(0, 20));
    StoreClient client(store.file());
    Mirror mirror(client);
    QSignalSpy metrics(&client, &StoreClient::metricsChanged);
    client.follow(first);
    client.followMetric(QStringLiteral("val/loss"));
    QTRY_COMPARE(mirror.curves.size(), std::size_t(2));
    QTRY_COMPARE(mirror.trials.size(), std::size_t(2));
    const auto told = metrics.size();

    client.follow(second);
    QTRY_COMPARE(mirror.trials.size(), std::size_t(1));
    QTRY_COMPARE(mirror.curves.size(), std::size_t(1));
    QCOMPARE(mirror.curves[0].size(), std::size_t(20));
    QTRY_COMPARE(metrics.size(), told + 1); // told again, though they are the same
}

void TestStoreClient::metricsOfOneTrial()
{
    TestStore store;
    const std::int64_t experiment = store.addExperiment("search");
    for (int number = 0; number < 2; ++number) {
        const std::int64_t trial = store.saveTrial(experiment, number, TrialState::Running);
        store.append(trial, "learning_rate/hidden", fallingPoints(0, 10 + number));
        store.append(trial, "learning_rate/input", fallingPoints(0, 20 + number));
        store.append(trial, "val/loss", fallingPoints(0, 30));
    }
    StoreClient client(store.file());
    Mirror mirror(client);
    client.follow(experiment);
    client.followTrial(1, QStringLiteral("learning_rate/"));
    QTRY_COMPARE(mirror.ofTrial.size(), std::size_t(2));
    QCOMPARE(mirror.ofTrial[0].size(), std::size_t(11));
    QCOMPARE(mirror.ofTrial[1].size(), std::size_t(21));
}

void TestStoreClient::outputOfTheFollowedTrial()
{
    TestStore store;
    const std::int64_t experiment = store.addExperiment("search");
    const std::int64_t first = store.saveTrial(experiment, 0, TrialState::Running);
    const std::int64_t second = store.saveTrial(experiment, 1, TrialState::Running);
    StoreClient client(store.file());
    std::vector<OutputUpdate> updates;
    connect(&client, &StoreClient::outputChanged, &client,
            [&updates](const OutputUpdatePtr& update) { updates.push_back(*update); });
    client.follow(experiment);
    client.followTrial(1, {});
    QTRY_COMPARE(updates.size(), std::size_t{1});
    QCOMPARE(updates.back().trial, 1);
    QVERIFY(!updates.back().tail);

    const OutputTail tail{1, 0, "epoch 1\n", currentTime()};
    store.saveOutput(first, {1, 0, "another's\n", currentTime()});
    store.saveOutput(second, tail);
    QTRY_COMPARE(updates.size(), std::size_t{2});
    QCOMPARE(updates.back().tail, std::optional(tail));
    client.followTrial(0, {});
    QTRY_COMPARE(updates.size(), std::size_t{3});
    QCOMPARE(updates.back().tail->bytes, std::string("another's\n"));
}

void TestStoreClient::aQueryAnswersWhileItsAskerLives()
{
    TestStore store;
    const std::int64_t experiment = store.addExperiment("search");
    StoreClient client(store.file());
    QSignalSpy failed(&client, &StoreClient::failed);
    const QThread* readIn = nullptr;
    std::vector<std::string> names;
    const auto read = [&](Database& database) {
        readIn = QThread::currentThread();
        return Experiments(database).find(experiment)->name;
    };
    const auto receive = [&](const std::string& name) {
        QCOMPARE(QThread::currentThread(), thread());
        names.push_back(name);
    };
    auto gone = std::make_unique<QObject>();
    client.query<std::string>(gone.get(), read, receive);
    gone.reset();
    client.query<std::string>(this, read, receive);
    QTRY_COMPARE(names, std::vector<std::string>{"search"});
    QVERIFY(readIn && readIn != thread());

    client.query<std::string>(
        this, [](Database&) -> std::string { throw std::runtime_error("no such curve"); }, receive);
    QTRY_COMPARE(failed.size(), 1);
    QCOMPARE(failed.front().front().toString(), QStringLiteral("no such curve"));
    QCOMPARE(names.size(), std::size_t(1));
}

void TestStoreClient::writesWhatItIsAsked()
{
    TestStore store;
    StoreClient client(store.file());
    QSignalSpy added(&client, &StoreClient::experimentAdded);
    QSignalSpy ready(&client, &StoreClient::experimentReady);
    ExperimentRecord record = store.find(store.addExperiment("taken"));
    record.state = ExperimentState::Draft;
    client.addExperiment(record);
    QTRY_COMPARE(added.size(), 1);
    const qint64 id = added.front().front().toLongLong();
    QCOMPARE(store.find(id).name, "taken-2");
    QVERIFY(QString::fromStdString(store.find(id).yaml).startsWith(QStringLiteral("name: taken-2\n")));
    QVERIFY(store.find(id).created > TimePoint{});

    client.setReady(id);
    QTRY_COMPARE(ready.size(), 1);
    QCOMPARE(store.find(id).state, ExperimentState::Ready);
    client.send(id, {Command::Kind::RetryTrial, 3});
    QTRY_COMPARE(store.openCommands(id), (std::vector<Command>{{Command::Kind::RetryTrial, 3}}));
    client.removeExperiment(id);
    QTRY_COMPARE(store.find(id).id, 0);
}

void TestStoreClient::anExperimentIsAddedReadyToBeDriven()
{
    TestStore store;
    StoreClient client(store.file());
    QSignalSpy added(&client, &StoreClient::experimentAdded);
    QSignalSpy ready(&client, &StoreClient::experimentReady);
    ExperimentRecord record;
    record.name = "derived";
    record.yaml = TestStore::experimentText();
    record.parent = store.addExperiment("search");
    Trial waiting;
    waiting.parent = 7;
    client.addExperiment(record, true, {waiting});
    QTRY_COMPARE(ready.size(), 1);
    QCOMPARE(added.front(), ready.front());
    const ExperimentRecord derived = store.find(ready.front().front().toLongLong());
    QCOMPARE(derived.state, ExperimentState::Ready);
    QCOMPARE(derived.parent, record.parent);
    Database database(store.file().toStdString());
    const std::vector<TrialRecord> trials = Trials(database).all(derived.id);
    QCOMPARE(trials.size(), std::size_t(1));
    QCOMPARE(trials[0].trial.parent, std::optional<std::int64_t>(7));
    QCOMPARE(trials[0].trial.created, derived.created);
}

void TestStoreClient::aDraftWithErrorsIsNotReady()
{
    TestStore store;
    StoreClient client(store.file());
    QSignalSpy failed(&client, &StoreClient::failed);
    QSignalSpy ready(&client, &StoreClient::experimentReady);
    const std::int64_t id = store.addExperiment("broken", ExperimentState::Draft);
    client.saveText(id, QStringLiteral("broken"), QStringLiteral("space: 3"));
    client.setReady(id);
    QTRY_COMPARE(failed.size(), 1);
    QVERIFY(failed.front().front().toString().contains(QStringLiteral("space")));
    QCOMPARE(ready.size(), 0);
    QCOMPARE(store.find(id).state, ExperimentState::Draft);
}

void TestStoreClient::aFileThatIsNoStoreIsToldOnce()
{
    QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("letter.db")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(5000, 'x'));
    file.close();
    StoreClient client(file.fileName());
    const QSignalSpy failed(&client, &StoreClient::failed);
    QSignalSpy unusable(&client, &StoreClient::unusable);
    QVERIFY(unusable.wait());
    QVERIFY(unusable.front().front().toString().contains(QStringLiteral("letter.db")));
    QTest::qWait(500);
    QCOMPARE(unusable.size(), 1);
    QCOMPARE(failed.size(), 0);
}

WIDTHWISE_UI_TEST_MAIN(TestStoreClient)
#include "tst_store_client.moc"
