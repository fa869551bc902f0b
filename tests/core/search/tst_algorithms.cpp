// SPDX-License-Identifier: GPL-3.0-or-later
// The table of search algorithms, and what is documented of it.
#include "core/search/algorithms.h"

#include <QFile>
#include <QTest>

#include <stdexcept>

using namespace widthwise;

namespace {

SearchSpace withChoices()
{
    Parameter momentum{"momentum", FloatRange{0, 0.99, Scale::Linear, {}}, {}, {}};
    momentum.when = Condition{"optimizer", {Value(std::string("sgd"))}};
    return SearchSpace(
        {{"max_lr", FloatRange{1e-5, 1, Scale::Log, {}}, {}, {}},
         {"optimizer", Choices{{Value(std::string("sgd")), Value(std::string("adam"))}}, {}, {}},
         momentum});
}

QByteArray refusalOf(const SearchSettings& settings, const SearchSpace& space)
{
    try {
        makeSearchAlgorithm(settings, space, Direction::Minimize, 1);
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return {};
}

} // namespace

class TestAlgorithms : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theReadmeHasTheTable()
    {
        QFile file(QStringLiteral(SOURCE_FOLDER "/README.md"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QString text = QString::fromUtf8(file.readAll());
        const QString heading =
            QStringLiteral("| `algorithm` | how it chooses | ends by itself |\n|---|---|---|\n");
        QString expected = heading;
        for (const AlgorithmDescription& algorithm : searchAlgorithms())
            expected += QString::fromStdString("| `" + algorithm.id + "` | " + algorithm.help + " | " +
                                               (endsByItself({algorithm.id}) ? "yes" : "no") + " |\n");
        const qsizetype begin = text.indexOf(heading);
        QCOMPARE(text.mid(begin, text.indexOf(QStringLiteral("\n\n"), begin) + 1 - begin), expected);
    }

    void standardValuesAreWithinTheirBounds()
    {
        for (const AlgorithmDescription& algorithm : searchAlgorithms())
            for (const Setting& setting : algorithm.settings) {
                QCOMPARE(whyNot(setting, setting.standard), std::string());
                QVERIFY2(setting.help.ends_with('.'), setting.help.c_str());
            }
    }

    void settingsAreChecked_data()
    {
        QTest::addColumn<double>("points");
        QTest::addColumn<QByteArray>("refusal");
        QTest::newRow("none") << 0.0 << QByteArray("search.points: expected at least 1, got 0");
        QTest::newRow("half") << 2.5 << QByteArray("search.points: expected an integer, got 2.5");
        QTest::newRow("too many") << 2e6
                                  << QByteArray("search.points: expected at most 1000000, got 2000000");
        QTest::newRow("no number") << double(NAN)
                                   << QByteArray("search.points: expected an integer, got .nan");
        QTest::newRow("one") << 1.0 << QByteArray();
    }
    void settingsAreChecked()
    {
        QFETCH(double, points);
        QFETCH(QByteArray, refusal);
        QCOMPARE(refusalOf({"grid", {{"points", points}}}, withChoices()), refusal);
    }

    /// What another algorithm was told may stay beside this one.
    void settingsOfOthersAreKept()
    {
        QCOMPARE(refusalOf({"random", {{"points", 0}}}, withChoices()), QByteArray());
        QVERIFY(findSetting(settingsBeside(searchAlgorithm("random")), "points"));
    }

    void configurationsAreCounted()
    {
        QCOMPARE(configurationCount({"grid", {{"points", 3}}}, withChoices()),
                 std::optional<std::uint64_t>(12));
        QCOMPARE(configurationCount({"grid"}, withChoices()), std::optional<std::uint64_t>(30));
        QCOMPARE(configurationCount({"list", {}, {Configuration(), Configuration()}}, withChoices()),
                 std::optional<std::uint64_t>(2));
        QCOMPARE(configurationCount({"random"}, withChoices()), std::optional<std::uint64_t>());
    }

    void whatASpaceIsRefusedForIsNamed()
    {
        AlgorithmDescription numbers = searchAlgorithm("random");
        QCOMPARE(whyNotSearched(numbers, withChoices()), std::string());
        numbers.takesChoices = false;
        const std::string refusal = whyNotSearched(numbers, withChoices());
        QVERIFY2(
            refusal.starts_with("random searches numbers, and optimizer is one of several choices; choose "),
            refusal.c_str());
        QVERIFY2(refusal.ends_with(", or make optimizer a fixed value"), refusal.c_str());
        numbers = searchAlgorithm("random");
        numbers.takesConditions = false;
        QVERIFY(whyNotSearched(numbers, withChoices())
                    .starts_with("random searches parameters that always exist, and momentum depends on "
                                 "optimizer; choose "));
    }
};

QTEST_GUILESS_MAIN(TestAlgorithms)
#include "tst_algorithms.moc"
