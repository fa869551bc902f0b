// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/random.h"
#include "tests/ui/design/sample_text.h"
#include "tests/ui/ui_test.h"
#include "ui/design/experiment_document.h"
#include "ui/design/parameter_edits.h"

#include <QSignalSpy>
#include <QTest>

using namespace widthwise;
using namespace widthwise::ui;

namespace {

/// Numbers for one random walk; the same walk again for the same seed.
class Dice {
public:
    explicit Dice(std::uint64_t seed) : m_seed(seed) {}
    int below(std::size_t bound) { return static_cast<int>(randomBits(m_seed, 0, m_count++) % bound); }

private:
    std::uint64_t m_seed;
    std::uint64_t m_count = 0;
};

void typeSomething(ExperimentDocument& document, Dice& dice)
{
    const QStringList pieces{QStringLiteral("x"),  QStringLiteral(" "),      QStringLiteral("\n"),
                             QStringLiteral("#"),  QStringLiteral("{"),      QStringLiteral("é"),
                             QStringLiteral("𝜇"),  QStringLiteral("a: b\n"), QStringLiteral("0.5"),
                             QStringLiteral("\t"), QStringLiteral("]")};
    QString text = document.text();
    const auto at = dice.below(static_cast<std::size_t>(text.size()) + 1);
    text.replace(at, std::min<qsizetype>(dice.below(4), text.size() - at), pieces[dice.below(pieces.size())]);
    document.type(text);
}

void editSpace(ExperimentDocument& document, Dice& dice)
{
    const SearchSpace& space = document.experiment().space;
    const std::size_t count = space.parameters().size();
    const QStringList texts{QStringLiteral("0.25"),
                            QStringLiteral("7"),
                            QStringLiteral("log"),
                            QStringLiteral("a, b"),
                            QStringLiteral("fixed"),
                            QStringLiteral("lr"),
                            QString(),
                            QStringLiteral("integer")};
    SpaceEdit edit{space, {}};
    const int kind = dice.below(6);
    if (count == 0 || kind == 0)
        edit.space =
            ParameterEdits::withNew(space, dice.below(count + 1), ParameterEdits::types()[dice.below(4)]);
    else if (kind == 1)
        edit.space = ParameterEdits::without(space, dice.below(count));
    else if (kind == 2)
        edit.space = ParameterEdits::withMoved(space, dice.below(count), dice.below(count));
    else
        edit = ParameterEdits::withField(space, dice.below(count),
                                         static_cast<ParameterField>(dice.below(parameterFieldCount)),
                                         texts[dice.below(texts.size())]);
    document.setSpace(edit.space, QStringLiteral("edit"), kind > 3 ? QStringLiteral("field") : QString());
}

void setSomething(ExperimentDocument& document, Dice& dice)
{
    const QStringList keys{QStringLiteral("name"), QStringLiteral("budget.trials"),
                           QStringLiteral("search.algorithm"), QStringLiteral("resources.parallel")};
    const QStringList values{QStringLiteral("grid"), QStringLiteral("4"), QString(), QStringLiteral("a: b")};
    document.setValue(keys[dice.below(keys.size())], values[dice.below(values.size())],
                      QStringLiteral("set"));
}

} // namespace

class TestExperimentDocument : public UiTest {
    Q_OBJECT
private Q_SLOTS:
    void readsItsText()
    {
        ExperimentDocument document;
        document.load(sampleText());
        QVERIFY(document.isReadable());
        QVERIFY2(document.problems().empty(), qPrintable(document.problemsBelow(QString())));
        QCOMPARE(document.experiment().name, "sample");
        QCOMPARE(document.value(QStringLiteral("budget.trials")), QStringLiteral("12"));
    }

    void lineEndsBecomeNewlines()
    {
        ExperimentDocument document;
        document.load(QStringLiteral("name: a\r\nseed: 1\r"));
        QCOMPARE(document.text(), QStringLiteral("name: a\nseed: 1\n"));
    }

    /// Whatever is edited: undoing everything gives the first text to the letter, redoing everything the
    /// last.
    void undoAndRedoGoBackAndForth_data()
    {
        QTest::addColumn<int>("seed");
        for (int seed = 0; seed < 12; ++seed)
            QTest::addRow("%d", seed) << seed;
    }
    void undoAndRedoGoBackAndForth()
    {
        QFETCH(const int, seed);
        Dice dice(static_cast<std::uint64_t>(seed));
        ExperimentDocument document;
        document.load(sampleText());
        QStringList texts{document.text()};
        for (int i = 0; i < 120; ++i) {
            const int kind = dice.below(10);
            if (kind < 2)
                typeSomething(document, dice);
            else if (kind < 8)
                editSpace(document, dice);
            else
                setSomething(document, dice);
            texts = texts.mid(0, document.history().index());
            texts.append(document.text());
            if (!document.isReadable() && document.history().canUndo())
                document.history().undo();
        }
        const QString last = document.text();
        while (document.history().canUndo())
            document.history().undo();
        QCOMPARE(document.text(), sampleText());
        QVERIFY(document.problems().empty());
        while (document.history().canRedo() && document.text() != last)
            document.history().redo();
        QCOMPARE(document.text(), last);
    }

    /// The signal says exactly what changed: a copy that follows it stays the same text.
    void editsCanBeFollowed()
    {
        Dice dice(5);
        ExperimentDocument document;
        document.load(sampleText());
        QString copy = document.text();
        connect(&document, &ExperimentDocument::edited, this,
                [&](const TextEdit& edit) { copy = edit.appliedTo(copy); });
        for (int i = 0; i < 200; ++i) {
            typeSomething(document, dice);
            if (dice.below(3) == 0)
                document.history().undo();
            QCOMPARE(copy, document.text());
        }
    }

    void aCardChangesOnlyItsPiece()
    {
        ExperimentDocument document;
        document.load(sampleText());
        SpaceEdit edit = ParameterEdits::withField(document.experiment().space, 1, ParameterField::High,
                                                   QStringLiteral("128"));
        QVERIFY(document.setSpace(edit.space, QStringLiteral("high")).isEmpty());
        QCOMPARE(document.text(),
                 sampleText().replace(QStringLiteral("high: 64"), QStringLiteral("high: 128")));
        QVERIFY(document.experiment().space == edit.space);
    }

    void contradictoryBoundsStayInSight()
    {
        ExperimentDocument document;
        document.load(sampleText());
        const SpaceEdit edit = ParameterEdits::withField(document.experiment().space, 0, ParameterField::Low,
                                                         QStringLiteral("5"));
        document.setSpace(edit.space, QStringLiteral("low"));
        QVERIFY(document.isReadable());
        QCOMPARE(std::get<FloatRange>(document.experiment().space.parameters()[0].domain).low, 5.0);
        QVERIFY(!document.problemsBelow(QStringLiteral("space.lr")).isEmpty());
    }

    void textThatIsNoYamlLeavesTheExperiment()
    {
        ExperimentDocument document;
        document.load(sampleText());
        document.type(document.text() + QStringLiteral("x: [1\n"));
        QVERIFY(!document.isReadable());
        QCOMPARE(document.problems().size(), 1U);
        QCOMPARE(document.experiment().name, "sample");
        QCOMPARE(document.value(QStringLiteral("seed")), QStringLiteral("3"));
        QVERIFY(!document.setValue(QStringLiteral("seed"), QStringLiteral("4"), QStringLiteral("seed"))
                     .isEmpty());
        document.history().undo();
        QVERIFY(document.isReadable());
    }

    void keystrokesInARowAreOneStep()
    {
        ExperimentDocument document;
        document.load(QStringLiteral("name: "));
        for (const QChar letter : QStringLiteral("abc"))
            document.type(document.text() + letter);
        QCOMPARE(document.history().count(), 1);
        document.type(document.text() + u'\n');
        document.type(document.text() + u'd');
        QCOMPARE(document.history().count(), 3);
        document.type(QStringLiteral("Xname: abc\nd"));
        QCOMPARE(document.history().count(), 4);
        document.type(QStringLiteral("name: abc\nd"));
        QCOMPARE(document.text(), QStringLiteral("name: abc\nd"));
    }

    void oneFieldIsOneStep()
    {
        ExperimentDocument document;
        document.load(sampleText());
        for (const char* value : {"1", "10", "100"})
            document.setValue(QStringLiteral("budget.trials"), QString::fromUtf8(value),
                              QStringLiteral("trials"));
        QCOMPARE(document.history().count(), 1);
        document.setValue(QStringLiteral("seed"), QStringLiteral("9"), QStringLiteral("seed"));
        QCOMPARE(document.history().count(), 2);
        document.history().undo();
        document.history().undo();
        QCOMPARE(document.text(), sampleText());
    }

    void aFieldTypedBackLeavesNoStep()
    {
        ExperimentDocument document;
        document.load(sampleText());
        document.setValue(QStringLiteral("seed"), QStringLiteral("33"), QStringLiteral("seed"));
        document.setValue(QStringLiteral("seed"), QStringLiteral("3"), QStringLiteral("seed"));
        QCOMPARE(document.text(), sampleText());
        QVERIFY(!document.history().canUndo());
    }

    void readOnlyKeepsTheText()
    {
        ExperimentDocument document;
        document.load(sampleText());
        document.setReadOnly(true);
        document.type(QStringLiteral("other"));
        document.setValue(QStringLiteral("seed"), QStringLiteral("4"), QStringLiteral("seed"));
        QCOMPARE(document.text(), sampleText());
    }
};

WIDTHWISE_UI_TEST_MAIN(TestExperimentDocument)
#include "tst_experiment_document.moc"
