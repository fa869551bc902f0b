// SPDX-License-Identifier: GPL-3.0-or-later
// What programs print, as terminals show it.
#include "collected.h"
#include "core/experiment/line_pattern.h"

#include <QTest>

using namespace widthwise;

namespace {

/// As README has it.
const StdoutCollector readme{R"((\w+)=([-+]?(?i:nan|inf)|[-+.\deE]+))"};
const StdoutCollector standard{defaultLinePattern};

std::string bar(const std::string& name, int percent, const std::string& values)
{
    return name + ": " + std::to_string(percent) + "%|██        | 9/20 [00:01<00:01, " + values + "]";
}

} // namespace

class TestTextCollector : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void takesTheLastValueOfABar()
    {
        std::string text;
        for (int i = 0; i < 40; ++i)
            text += '\r' + bar("Epoch 0", 5, "loss=" + std::to_string(3 - 0.025 * i));
        text += "\rEpoch 0: 5%|█| loss=1.975]\n";
        for (const StdoutCollector& collector : {readme, standard})
            QCOMPARE(collected(collector, text), (Samples{{"loss", {{0, 1.975}}}}));
    }

    void takesTheLastValueOfEachOfSeveralBars_data()
    {
        QTest::addColumn<std::string>("between");
        QTest::newRow("lines of their own") << std::string("\n");
        QTest::newRow("one line") << std::string("\r");
        QTest::newRow("wiped out") << std::string("\r                \r");
        QTest::newRow("Windows") << std::string("\r\n");
    }

    void takesTheLastValueOfEachOfSeveralBars()
    {
        QFETCH(std::string, between);
        std::string text;
        for (int epoch = 0; epoch < 3; ++epoch) {
            for (int percent = 0; percent <= 100; percent += 10)
                text += '\r' + bar("Epoch " + std::to_string(epoch), percent,
                                   "loss=" + std::to_string(epoch) + '.' + std::to_string(percent));
            text += between;
        }
        const Samples expected{{"loss", {{0, 0.100}, {1, 1.100}, {2, 2.100}}}};
        QCOMPARE(collected(readme, text), expected);
        for (unsigned seed = 0; seed < 20; ++seed)
            QCOMPARE(collectedInPieces(readme, text, seed), expected);
    }

    /// tqdm and Lightning set the percentage to three places.
    void knowsABarWhosePercentageIsPadded()
    {
        std::string text;
        for (int epoch = 0; epoch < 2; ++epoch)
            for (const std::string percent : {"  0", " 25", " 50", " 75", "100"})
                text += "\rEpoch " + std::to_string(epoch) + ": " + percent +
                        "%|██  | 5/20 [00:01<00:03, loss=" + std::to_string(epoch) + '.' +
                        std::to_string(100 + std::stoi(percent)) + ']';
        for (const StdoutCollector& collector : {readme, standard})
            QCOMPARE(collected(collector, text + "\n"), (Samples{{"loss", {{0, 0.2}, {1, 1.2}}}}));
    }

    void takesTheLastValueOfABarThatGoesBack()
    {
        const std::string text = '\r' + bar("train", 50, "loss=3") + '\r' + bar("train", 100, "loss=2") +
                                 '\r' + bar("train", 0, "loss=1.5") + '\r' + bar("train", 100, "loss=1");
        QCOMPARE(collected(readme, text), (Samples{{"loss", {{0, 2}, {1, 1}}}}));
    }

    void knowsABarByItsDescriptionWithoutTheValuesInIt()
    {
        std::string text;
        for (int i = 0; i < 20; ++i)
            text += "\rloss=" + std::to_string(2.5 - 0.1 * i) + ": " + std::to_string(5 * i) + "%|██|";
        QCOMPARE(collected(readme, text + "\n").at("loss").size(), 1U);
    }

    void takesTheLastValueOfNestedBars()
    {
        std::string text;
        for (int outer = 0; outer < 2; ++outer) {
            text += '\r' + bar("outer", 50 * outer, "acc=0." + std::to_string(outer + 1));
            for (int inner = 0; inner <= 100; inner += 10)
                text += "\n\r" +
                        bar("inner", inner, "loss=" + std::to_string(outer) + '.' + std::to_string(inner)) +
                        "\x1b[A";
        }
        const Samples samples = collected(readme, text + "\n\n");
        QCOMPARE(samples.at("loss"), (std::vector<Sample>{{0, 0.1}, {1, 1.1}}));
    }

    /// As Lightning draws them: the outer bar is named after its epoch.
    void reportsAnEpochWhenTheNextBegins()
    {
        const auto reader = makeCollector(readme, {});
        MetricSamples samples;
        for (int epoch = 0; epoch < 12; ++epoch)
            for (int percent = 0; percent <= 100; percent += 50) {
                const std::string loss = "loss=" + std::to_string(epoch) + '.' + std::to_string(percent);
                reader->take('\r' + bar("Epoch " + std::to_string(epoch), percent, loss) + "\n\r" +
                                 bar("Validation", percent, "x=1") + "\x1b[A\r",
                             false, samples);
                // One more: the first drawing, before there were two bars.
                QCOMPARE(samples.at("loss").size(), static_cast<std::size_t>(epoch) + 1);
            }
        QCOMPARE(samples.at("loss").back().value, 10.1);
    }

    void keepsNamesThatAreNoUtf8()
    {
        const StdoutCollector collector{R"((..)=(\d))"};
        const std::string text = "gr\xc3\xb6=1\ngr\xc3\xb6=2\n\xf6\xdf=3\n\xf6\xdf=4\n";
        const Samples expected = collected(collector, text);
        QCOMPARE(expected.size(), 2U);
        for (unsigned seed = 0; seed < 10; ++seed)
            QCOMPARE(collectedInPieces(collector, text, seed), expected);
    }

    /// A bar that is drawn for hours without a newline is no long line.
    void isNotHeldUpByABarWithoutEnd()
    {
        const auto reader = makeCollector(readme, {});
        MetricSamples samples;
        std::string text;
        for (int i = 0; text.size() < (std::size_t{2} << 20) + 1'000'000; ++i)
            text += '\r' + bar("Epoch 0", 7, "loss=0.5");
        const std::size_t taken = reader->take(text, false, samples);
        QVERIFY(taken + 1000 > text.size());
        reader->take(text.substr(taken) + "\n", false, samples);
        QCOMPARE(samples.at("loss").size(), 1U);
        QVERIFY(reader->notices().empty());
    }

    void readsThroughColours_data()
    {
        QTest::addColumn<std::string>("text");
        QTest::newRow("issue") << std::string("\x1b[32mval_loss=0.498\x1b[0m\n");
        QTest::newRow("between name and value") << std::string("val_loss=\x1b[1;38;5;208m0.498\x1b[0m\n");
        QTest::newRow("inside the number") << std::string("val_loss=0.\x1b[m498\n");
        QTest::newRow("title") << std::string("\x1b]0;step=7\x07val_loss=0.498\n");
        QTest::newRow("title, ESC \\") << std::string("\x1b]0;step=7\x1b\\val_loss=0.498\n");
        QTest::newRow("link") << std::string("\x1b]8;;http://x/?loss=3\x1b\\val_loss=0.498\x1b]8;;\x1b\\\n");
        QTest::newRow("character set") << std::string("\x1b(Bval_loss=0.498\x1b(B\n");
        QTest::newRow("private mode") << std::string("\x1b[?25lval_loss=0.498\x1b[?25h\n");
        QTest::newRow("erase") << std::string("\x1b[2K\x1b[1Gval_loss=0.498\n");
        QTest::newRow("bell and backspace") << std::string("\x07\b\bval_loss=0.498\n");
        QTest::newRow("cut off") << std::string("val_loss=0.498 \x1b[3");
    }

    void readsThroughColours()
    {
        QFETCH(std::string, text);
        for (const StdoutCollector& collector : {readme, standard})
            QCOMPARE(collected(collector, text), (Samples{{"val_loss", {{0, 0.498}}}}));
    }

    void readsSeveralMetricsOfALine()
    {
        const Samples expected{{"train_loss", {{0, 0.7}}}, {"val_loss", {{0, 0.5}}}};
        for (const StdoutCollector& collector : {readme, standard})
            QCOMPARE(collected(collector, "train_loss=0.7 val_loss=0.5\n"), expected);
    }

    void sharesTheStepOfALine()
    {
        QCOMPARE(collected(readme, "step=40 loss=0.7 acc=0.5\nloss=0.6 step=80\n"),
                 (Samples{{"acc", {{40, 0.5}}},
                          {"loss", {{40, 0.7}, {80, 0.6}}},
                          {"step", {{40, 40}, {80, 80}}}}));
        const StdoutCollector third{R"((\w+)=([.\d]+)(?:@(\d+))?)"};
        QCOMPARE(collected(third, "loss=0.7@40 acc=0.5\n"),
                 (Samples{{"acc", {{40, 0.5}}}, {"loss", {{40, 0.7}}}}));
    }

    void takesOnlyTheDocumentedThirdGroupOrANamedOneForAStep_data()
    {
        QTest::addColumn<std::string>("pattern");
        QTest::addColumn<std::string>("line");
        QTest::addColumn<int>("step");
        QTest::newRow("inner group") << std::string(R"((\w+)=(\d+(\.\d+)?))") << std::string("loss=0.5") << 0;
        QTest::newRow("two inner groups")
            << std::string(R"(((\w)+)=((\d+)\.\d+))") << std::string("loss=0.5") << 0;
        QTest::newRow("third group") << std::string(R"((\w+)=([\d.]+) at (\d+))")
                                     << std::string("loss=0.5 at 7") << 7;
        QTest::newRow("third group after an inner one")
            << std::string(R"((\w+)=(\d+(\.\d+)?) at (\d+))") << std::string("loss=0.5 at 7") << 7;
        QTest::newRow("named") << std::string(R"((?<step>\d+): (\w+)=([\d.]+))") << std::string("7: loss=0.5")
                               << 7;
        QTest::newRow("all named") << std::string(R"((?<step>\d+)/(\d+): (?<value>[\d.]+) is (?<name>\w+))")
                                   << std::string("7/9: 0.5 is loss") << 7;
        QTest::newRow("named inside")
            << std::string(R"((\w+)=([\d.]+)( at (?<step>\d+)))") << std::string("loss=0.5 at 7") << 7;
        QTest::newRow("look behind") << std::string(R"((?<=> )(\w+)=([\d.]+))") << std::string("> loss=0.5")
                                     << 0;
        QTest::newRow("brackets in a class")
            << std::string(R"(([^()\]]+)=([\d.]+))") << std::string("loss=0.5") << 0;
    }

    void takesOnlyTheDocumentedThirdGroupOrANamedOneForAStep()
    {
        QFETCH(std::string, pattern);
        QFETCH(std::string, line);
        QFETCH(int, step);
        QCOMPARE(collected(StdoutCollector{pattern}, line + "\n"), (Samples{{"loss", {{step, 0.5}}}}));
    }

    void knowsWhatIsNotFinite_data()
    {
        QTest::addColumn<std::string>("word");
        QTest::addColumn<double>("value");
        for (const char* word : {"nan", "NaN", "NAN", "-nan"})
            QTest::newRow(word) << std::string(word) << double(NAN);
        for (const char* word : {"inf", "Inf", "+inf", "Infinity", "INFINITY"})
            QTest::newRow(word) << std::string(word) << double(INFINITY);
        QTest::newRow("-inf") << std::string("-inf") << -double(INFINITY);
    }

    void knowsWhatIsNotFinite()
    {
        QFETCH(std::string, word);
        QFETCH(double, value);
        for (const StdoutCollector& collector : {readme, standard})
            QCOMPARE(collected(collector, "loss=" + word + "\n"), (Samples{{"loss", {{0, value}}}}));
        QCOMPARE(collected(StdoutCollector{R"((\w+)=(\S+))"}, "loss=1.#INF\nloss=-1.#IND\n"),
                 (Samples{{"loss", {{0, INFINITY}, {1, NAN}}}}));
    }

    void knowsWhatMicrosoftsCompilerPrints()
    {
        for (const StdoutCollector& collector : {readme, standard})
            QCOMPARE(
                collected(collector, "loss=1.#INF\nloss=-1.#INF00\nloss=-1.#IND\nloss=1.#QNAN acc=0.5\n"),
                (Samples{{"acc", {{0, 0.5}}},
                         {"loss", {{0, INFINITY}, {1, -INFINITY}, {2, NAN}, {3, NAN}}}}));
    }

    void readsLongLinesWhole()
    {
        for (const std::size_t before : {1015, 1018, 1020, 1024, 100'000, 1'048'576}) {
            for (const char filler : {'.', 'x', ' ', '7', '='})
                for (const StdoutCollector& collector : {readme, standard})
                    QCOMPARE(collected(collector, std::string(before, filler) + " loss=0.4375\n"),
                             (Samples{{"loss", {{0, 0.4375}}}}));
        }
    }

    void saysWhichLineIsTooLong()
    {
        std::string notice;
        const std::string text = "loss=1\n" + std::string(3 << 20, '.') + " loss=0.5\nloss=2\n";
        QCOMPARE(collected(readme, text, &notice), (Samples{{"loss", {{0, 1}, {1, 2}}}}));
        QVERIFY2(notice.starts_with("line 2 of stdout.log is longer than 2 MiB"), notice.c_str());
    }

    /// Quadratic and exponential searches end, and that is told.
    void givesUpOnWhatTakesTooLong_data()
    {
        QTest::addColumn<std::string>("pattern");
        QTest::addColumn<std::string>("line");
        QTest::newRow("every place to the end")
            << std::string(R"((\w*)=(\S+))") << std::string(1 << 20, 'x') + " =";
        QTest::newRow("every way to part it")
            << std::string(R"((loss)=((\d+)+)$)") << "loss=" + std::string(60, '1') + "x";
    }

    void givesUpOnWhatTakesTooLong()
    {
        QFETCH(std::string, pattern);
        QFETCH(std::string, line);
        std::string notice;
        QCOMPARE(collected(StdoutCollector{pattern}, line + "\nloss=1\n", &notice),
                 (Samples{{"loss", {{0, 1}}}}));
        QVERIFY2(notice.starts_with("line 1 of stdout.log took the pattern too long"), notice.c_str());
    }

    void doesNotMisreadCommas_data()
    {
        QTest::addColumn<std::string>("line");
        QTest::addColumn<bool>("comma");
        QTest::newRow("decimal") << std::string("loss=0,532") << true;
        QTest::newRow("decimal with more") << std::string("loss=0,532, acc=x") << true;
        QTest::newRow("thousands") << std::string("loss=1,234.5") << true;
        QTest::newRow("German thousands") << std::string("loss=1.234,5") << true;
        QTest::newRow("whole thousands") << std::string("loss=12,345") << true;
        QTest::newRow("negative") << std::string("loss=-0,5") << true;
        QTest::newRow("list") << std::string("loss=0.5,0.6") << false;
        QTest::newRow("blank behind") << std::string("loss=0.5, 3 it/s") << false;
        QTest::newRow("name behind") << std::string("loss=0.5,x") << false;
        QTest::newRow("rate behind") << std::string("loss=5,2.5it/s") << false;
    }

    void doesNotMisreadCommas()
    {
        QFETCH(std::string, line);
        QFETCH(bool, comma);
        for (const StdoutCollector& collector :
             {readme, standard, StdoutCollector{R"((loss)=([^\s]+?)(?=,?\s|,x|$))"}}) {
            std::string notice;
            const Samples samples = collected(collector, line + "\n", &notice);
            if (comma) {
                QVERIFY2(!samples.contains("loss"), notice.c_str());
                QVERIFY2(notice.starts_with("line 1 of stdout.log has a number with a comma"),
                         notice.c_str());
            } else if (&collector != &standard && collector.pattern == readme.pattern) {
                QVERIFY2(samples.contains("loss") && notice.empty(), notice.c_str());
            }
        }
    }

    void doesNotMisreadDigitsInGroups()
    {
        for (const char* number : {"1'234", "1'234.5", "12\u2019345", "-1\u202f234", "1\u00a0234\u00a0567"})
            for (const StdoutCollector& collector : {readme, standard}) {
                std::string notice;
                const Samples samples =
                    collected(collector, std::string("loss=") + number + "\nacc=0.5\n", &notice);
                QCOMPARE(samples, (Samples{{"acc", {{0, 0.5}}}}));
                QVERIFY2(notice.starts_with("line 1 of stdout.log could not be read"), notice.c_str());
            }
        QVERIFY(!collected(readme, "loss=1_000\n").contains("loss"));
        QCOMPARE(collected(readme, "{'loss=0.5', 'acc=3'} n=12 34\n"),
                 (Samples{{"acc", {{0, 3}}}, {"loss", {{0, 0.5}}}, {"n", {{0, 12}}}}));
    }

    void readsANumberHoweverItIsDressed_data()
    {
        QTest::addColumn<QString>("printed");
        QTest::addColumn<double>("value");
        const auto row = [](const char* printed, double value) {
            QTest::newRow(printed) << QString::fromUtf8(printed) << value;
        };
        row("loss=1_234.5", 1234.5);
        row("loss=1_000_000", 1e6);
        row("loss=tensor(nan)", NAN);
        row("loss=tensor(0.5, device=cuda)", 0.5);
        row("loss=tensor(0.5, device='cuda:0', grad_fn=<MseLossBackward0>)", 0.5);
        row("loss: tensor([0.5], dtype=torch.float64)", 0.5);
        row("loss=np.float64(0.5)", 0.5);
        row("loss: array(0.5, dtype=float32)", 0.5);
        row("loss=Decimal('0.5')", 0.5);
        row("loss=[0.92]", 0.92);
        row("loss=[[0.92]]", 0.92);
        row("loss=(-inf)", -INFINITY);
        row("loss=\"0.9\"", 0.9);
        row("'loss': '0.9',", 0.9);
        row("{\"loss\":0.9}", 0.9);
        row("loss=\u22120.25", -0.25);
        row("loss=1e\u22123", 1e-3);
        row("loss  :  0.875", 0.875);
        row("loss    =    0.875", 0.875);
        row("loss =0.875", 0.875);
        row("loss\t=\t0.875", 0.875);
        row("loss=92.5%", 92.5);
        row("loss=0.5, 3 it/s", 0.5);
        row("loss=1 200/500", 1);
        row("loss=1 512MB", 1);
    }

    void readsANumberHoweverItIsDressed()
    {
        QFETCH(QString, printed);
        QFETCH(double, value);
        std::string notice;
        const Samples samples = collected(standard, printed.toStdString() + "\n", &notice);
        QCOMPARE(samples.at("loss"), (std::vector<Sample>{{0, value}}));
        QCOMPARE(notice, std::string());
        const StdoutCollector loose{"(loss)[\"']?\\s*[=:]\\s*(\\S+)"};
        if (!printed.contains(QStringLiteral("/5")) && !printed.contains(QStringLiteral("%")))
            QCOMPARE(collected(loose, printed.toStdString() + "\n").at("loss"),
                     (std::vector<Sample>{{0, value}}));
    }

    void tellsOfNumbersThatItDoesNotUnderstand_data()
    {
        QTest::addColumn<QString>("printed");
        for (const char* printed :
             {"loss=1/3", "loss=0x1f", "loss=1 234.5", "loss=1 234", "loss=[0.92, 0.93]",
              "loss=tensor([0.5, 0.6])", "loss=1.5D-03", "loss=1.5\u00d710^3",
              "loss: 1.5 \u00d7 10\u207b\u00b3", "loss=1'234", "loss  :  1/3"})
            QTest::newRow(printed) << QString::fromUtf8(printed);
    }

    void tellsOfNumbersThatItDoesNotUnderstand()
    {
        QFETCH(QString, printed);
        std::string notice;
        const std::string line = "acc=0.5 " + printed.toStdString() + "\n";
        QCOMPARE(collected(standard, line + line, &notice), (Samples{{"acc", {{0, 0.5}, {1, 0.5}}}}));
        QVERIFY2(notice.starts_with("2 lines of stdout.log could not be read"), notice.c_str());
        QVERIFY2(notice.ends_with("line 1: " + printed.toStdString()), notice.c_str());
    }

    void passesOverWhatIsNoValue()
    {
        std::string notice;
        QCOMPARE(collected(
                     standard,
                     "device: cuda, epoch: 3/10, step=1/500, time=3s, size: 3MB, torch: 2.1.0, at: 12:30:01, "
                     "date: 2026-11-30, betas: (0.9, 0.999), optim=Adam(lr=0.5), x == 3, lr=1e-3x, y=f(2), "
                     "t=5\u00b5s, 5%| loss=None, name='0.5 of it'\n",
                     &notice),
                 (Samples{{"lr", {{0, 0.5}}}}));
        QCOMPARE(notice, std::string());
    }

    void keepsLettersOfAllScriptsInNames()
    {
        const std::string line =
            "gr\u00f6\u00dfe: 0.4 val@k=0.2 \u03b5=0.05 R\u00b2=0.9 gro\u0308\u00dfe=0.3 "
            "\u640d\u5931=0.7 recall@10=0.6\n";
        QCOMPARE(collected(standard, line), (Samples{{"R\u00b2", {{0, 0.9}}},
                                                     {"gr\u00f6\u00dfe", {{0, 0.4}}},
                                                     {"gro\u0308\u00dfe", {{0, 0.3}}},
                                                     {"recall@10", {{0, 0.6}}},
                                                     {"val@k", {{0, 0.2}}},
                                                     {"\u03b5", {{0, 0.05}}},
                                                     {"\u640d\u5931", {{0, 0.7}}}}));
        QCOMPARE(
            collected(readme, "loss\u00e9=0.5 \u2192acc=0.25 \u00e9l\u00e8ve=0.125\n"),
            (Samples{{"acc", {{0, 0.25}}}, {"loss\u00e9", {{0, 0.5}}}, {"\u00e9l\u00e8ve", {{0, 0.125}}}}));
    }

    /// Of the shell that ran the program, where that ended without a newline.
    void readsTheValueBeforeAShellsMessage_data()
    {
        QTest::addColumn<std::string>("message");
        for (const char* message :
             {"Terminated", "Killed", "Aborted", "Segmentation fault (core dumped)",
              "sh: line 1:  4711 Killed                  python3 train.py",
              "/data/run.sh: line 3: 4711 Segmentation fault      (core dumped) python3 x"})
            QTest::newRow(message) << std::string(message);
    }

    void readsTheValueBeforeAShellsMessage()
    {
        QFETCH(std::string, message);
        for (const StdoutCollector& collector : {readme, standard, StdoutCollector{R"((\w+)=(\S+))"}}) {
            std::string notice;
            QCOMPARE(collected(collector, "loss=0.9\n\rloss=0.8\rloss=0.4" + message + "\n", &notice),
                     (Samples{{"loss", {{0, 0.9}, {1, 0.4}}}}));
            QCOMPARE(notice, std::string());
        }
        QCOMPARE(collected(standard, "loss=nanTerminated"), (Samples{{"loss", {{0, NAN}}}}));
    }

    void doesNotMisreadAStepWithACommaEither()
    {
        std::string notice;
        const StdoutCollector collector{R"(step (?<step>\d+).*?(\w+)=([\d.]+))"};
        QVERIFY(collected(collector, "step 1,000 loss=0.5\n", &notice).empty());
        QVERIFY(notice.find("comma") != std::string::npos);
    }

    void readsWhatFrameworksPrintByDefault_data()
    {
        QTest::addColumn<std::string>("line");
        QTest::addColumn<std::string>("metric");
        QTest::newRow("Keras") << std::string("9/9 - 1s - loss: 0.5 - val_loss: 0.25")
                               << std::string("val_loss");
        QTest::newRow("Hugging Face")
            << std::string("{'loss': 0.5, 'eval_loss': 0.25, 'epoch': 1.0}") << std::string("eval_loss");
        QTest::newRow("key and value")
            << std::string("12:30:01 INFO train/loss = 0.25") << std::string("train/loss");
        QTest::newRow("Lightning")
            << std::string("Epoch 3: 100%|█| 5/5 [00:00<00:00, 81.2it/s, v_num=0.5, val/acc=0.25]")
            << std::string("val/acc");
    }

    void readsWhatFrameworksPrintByDefault()
    {
        QFETCH(std::string, line);
        QFETCH(std::string, metric);
        QCOMPARE(collected(standard, line + "\n").at(metric), (std::vector<Sample>{{0, 0.25}}));
    }

    void takesNoTimesAddressesAndVersionsForMetricsByDefault()
    {
        QCOMPARE(collected(standard,
                           "http://localhost:8080 at 12:30:01, torch: 2.1.0, date: 2026-11-30, Epoch: 5%|"),
                 Samples());
    }

    void readsAFileOfSuchLines()
    {
        const TextCollector collector{defaultLinePattern, "logs/train.log"};
        QCOMPARE(metricsFile(collector), std::string("logs/train.log"));
        std::string notice;
        QCOMPARE(collected(collector, "\xef\xbb\xbfloss=0.5\nloss=0,5\n", &notice),
                 (Samples{{"loss", {{0, 0.5}}}}));
        QVERIFY2(notice.starts_with("line 2 of logs/train.log"), notice.c_str());
    }

    void keepsLargeSteps()
    {
        QCOMPARE(collected(StdoutCollector{R"((loss)=(\S+) at (\S+))"},
                           "loss=1 at 5000000000\nloss=2 at 9007199254740993\nloss=3 at 1e16\n"),
                 (Samples{{"loss", {{5'000'000'000, 1}, {9007199254740993, 2}}}}));
        const std::string text = "step=9007199254740993 loss=1\n\rloss=2 step: 9223372036854775807\rloss=3 "
                                 "step: 9223372036854775807";
        for (const StdoutCollector& collector : {readme, standard}) {
            const std::vector<Sample> expected{{9007199254740993, 1}, {9223372036854775807, 3}};
            const std::string separated = collector.pattern == readme.pattern
                                              ? QString::fromStdString(text)
                                                    .replace(QStringLiteral(": "), QStringLiteral("="))
                                                    .toStdString()
                                              : text;
            QCOMPARE(collected(collector, separated).at("loss"), expected);
            for (unsigned seed = 0; seed < 10; ++seed)
                QCOMPARE(collectedInPieces(collector, separated, seed).at("loss"), expected);
        }
    }
};

QTEST_APPLESS_MAIN(TestTextCollector)
#include "tst_text_collector.moc"
