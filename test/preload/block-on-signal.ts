// SIGUSR2 keeps the process busy for BLOCK_MS, so that nothing else happens in it.
process.on('SIGUSR2', () => {
  const until = performance.now() + Number(process.env.BLOCK_MS)
  while (performance.now() < until);
  console.log('blocked')
})
