// SPDX-License-Identifier: GPL-3.0-or-later
// What it takes to start a program that is linked to LibTorch, and to end it as the trainer does.
#include <ATen/Parallel.h>

#include <cstdlib>

int main()
{
    std::_Exit(at::get_num_threads() > 0 ? 0 : 1);
}
