// SPDX-License-Identifier: GPL-3.0-or-later
// A driver whose store is taken away says so and ends, its trials go on, and the next driver loses none.
#include "driver_process.h"
#include "tests/core/run/runner_fixture.h"

#include <QTest>

#include <functional>

using namespace widthwise;
namespace fs = std::filesystem;

namespace {

using Step = std::function<void(const std::string& store)>;

constexpr std::size_t steps = 60;

const std::string program =
    R"sh(i=0; while [ $i -lt 60 ]; do i=$((i+1)); echo '{{"step":'$i',"metrics":{{"loss":'$i'}}}}' >> metrics.jsonl; sleep 0.05; done)sh";

void moveAll(const std::string& from, const std::string& to)
{
    for (const char* part : {"", "-wal", "-shm"})
        if (fs::exists(from + part))
            fs::rename(from + part, to + part);
}

} // namespace

Q_DECLARE_METATYPE(Step)

class TestMovedStore : public QObject {
    Q_OBJECT

    std::unique_ptr<RunnerFixture> m_fixture;

private Q_SLOTS:
    void init() { m_fixture = std::make_unique<RunnerFixture>(); }

    void theDriverEndsAndLosesNoTrial_data()
    {
        QTest::addColumn<Step>("accident");
        QTest::addColumn<Step>("fix");
        QTest::addColumn<QByteArray>("said");
        const Step nothing = [](const std::string&) {};
        const Step putBack = [](const std::string& store) { moveAll(store + ".old", store); };
        QTest::newRow("moved") << Step([](const std::string& store) { moveAll(store, store + ".old"); })
                               << putBack << QByteArray("was moved or deleted");
        QTest::newRow("replaced") << Step([](const std::string& store) {
            moveAll(store, store + ".old");
            Database another(store);
            ExperimentRecord theirs;
            theirs.name = "theirs";
            Experiments(another).add(theirs);
        }) << Step([putBack](const std::string& store) {
            {
                Database another(store);
                QCOMPARE(Experiments(another).all().size(), 1U);
                QCOMPARE(Trials(another).all(1).size(), 0U);
                QVERIFY(!driverInfo(another, 1));
            }
            putBack(store);
        }) << QByteArray("was replaced by another file");
        QTest::newRow("log deleted") << Step([](const std::string& store) {
            fs::remove(store + "-wal");
            fs::remove(store + "-shm");
        }) << nothing << QByteArray("was deleted");
    }

    void theDriverEndsAndLosesNoTrial()
    {
        QFETCH(const Step, accident);
        QFETCH(const Step, fix);
        QFETCH(const QByteArray, said);
        const std::string store = m_fixture->storeFile();
        const std::int64_t id = m_fixture->add("moved", RunnerFixture::yaml(program, 2, 2));
        const QStringList arguments{QString::fromStdString(store), QString::number(id)};
        DriverProcess first(QStringLiteral(DRIVE_EXPERIMENT), arguments);
        QTRY_VERIFY_WITH_TIMEOUT(m_fixture->points(id, 1, "loss").size() > 3, 30'000);
        accident(store);
        QCOMPARE(first.wait(30'000), 1);
        const QByteArray output = first.output();
        QVERIFY2(output.contains(said), output.constData());
        fix(store);
        DriverProcess second(QStringLiteral(DRIVE_EXPERIMENT), arguments);
        QCOMPARE(second.wait(60'000), 0);
        QCOMPARE(m_fixture->record(id).state, ExperimentState::Completed);
        for (const Trial& trial : m_fixture->trials(id)) {
            QCOMPARE(trial.state, TrialState::Completed);
            QCOMPARE(trial.attempt, 1);
            QCOMPARE(m_fixture->points(id, trial.number, "loss").size(), steps);
        }
    }
};

QTEST_GUILESS_MAIN(TestMovedStore)
#include "tst_moved_store.moc"
