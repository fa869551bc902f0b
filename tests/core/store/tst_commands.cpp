// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/commands.h"

#include "store_fixture.h"

#include <QTest>

using namespace widthwise;
using namespace widthwise::test;

class TestCommands : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepsEveryKindInOrder()
    {
        const StoreFolder folder;
        Database database(folder.file());
        const std::int64_t experiment = addExperiment(database);
        using Kind = Command::Kind;
        const std::vector<Command> sent{{Kind::RetryTrial, 5}, {Kind::Pause, -1},      {Kind::Resume, -1},
                                        {Kind::PauseTrial, 0}, {Kind::ResumeTrial, 2}, {Kind::StopTrial, 4},
                                        {Kind::Stop, -1}};
        for (const Command& command : sent)
            Commands(database).add(experiment, command, at(1));

        Database driver(folder.file());
        std::vector<Command> received;
        for (const auto& [id, command] : Commands(driver).open(experiment))
            received.push_back(command);
        QVERIFY(received == sent);
    }

    void closedOnesAreGone()
    {
        const StoreFolder folder;
        Database database(folder.file());
        const std::int64_t experiment = addExperiment(database, "first");
        const std::int64_t other = addExperiment(database, "other");
        Commands commands(database);
        commands.add(experiment, {Command::Kind::Pause, -1}, at(1));
        commands.add(other, {Command::Kind::Stop, -1}, at(1));
        commands.add(experiment, {Command::Kind::Stop, -1}, at(2));
        const auto open = commands.open(experiment);
        QCOMPARE(open.size(), std::size_t{2});
        {
            Transaction transaction(database);
            commands.close(open[0].first, at(3));
            transaction.commit();
        }
        QCOMPARE(commands.open(experiment).size(), std::size_t{1});
        QVERIFY(commands.open(experiment)[0].second.kind == Command::Kind::Stop);
        QCOMPARE(commands.open(other).size(), std::size_t{1});
    }

    void aTokenAddsOnce()
    {
        const StoreFolder folder;
        Database database(folder.file());
        const std::int64_t experiment = addExperiment(database);
        Commands commands(database);
        commands.addForwarded(experiment, {Command::Kind::Stop}, "a:1", at(1));
        commands.addForwarded(experiment, {Command::Kind::Stop}, "a:1", at(2));
        QCOMPARE(commands.open(experiment).size(), std::size_t{1});
        commands.close(commands.open(experiment)[0].first, at(3));
        commands.addForwarded(experiment, {Command::Kind::Stop}, "a:1", at(4));
        QVERIFY(commands.open(experiment).empty());
        commands.addForwarded(experiment, {Command::Kind::Stop}, "a:2", at(5));
        QCOMPARE(commands.open(experiment).size(), std::size_t{1});
    }

    void staysOpenWhenItsTransactionIsRolledBack()
    {
        const StoreFolder folder;
        Database database(folder.file());
        const std::int64_t experiment = addExperiment(database);
        Commands commands(database);
        commands.add(experiment, {Command::Kind::Pause, -1}, at(1));
        {
            const Transaction abandoned(database);
            commands.close(commands.open(experiment).at(0).first, at(2));
        }
        QCOMPARE(commands.open(experiment).size(), std::size_t{1});
    }
};

QTEST_APPLESS_MAIN(TestCommands)
#include "tst_commands.moc"
